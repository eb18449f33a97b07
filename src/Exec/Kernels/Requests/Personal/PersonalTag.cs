namespace PixieOrleans.Exec.Kernels.Requests.Personal;

/// <summary>Kind of personal data; of two that are equally long, the first one is taken.</summary>
internal enum PersonalTag
{
    /// <summary>International bank account number.</summary>
    Iban,

    /// <summary>E-mail address.</summary>
    Email,

    /// <summary>IPv6 address.</summary>
    IPv6,

    /// <summary>IPv4 address.</summary>
    IPv4,

    /// <summary>Hardware address of a network interface.</summary>
    MacAddress,

    /// <summary>Number of a mobile device.</summary>
    Imei,

    /// <summary>Number of a payment card.</summary>
    CardNumber,

    /// <summary>US social security number.</summary>
    SocialSecurityNumber,
}

/// <summary>Personal data in a text.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Tag">Its kind.</param>
internal readonly record struct PersonalSpan(int Start, int Length, PersonalTag Tag);
