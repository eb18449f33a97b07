using PixieOrleans.Exec.Expressions;

namespace PixieOrleans.Exec.Kernels.Requests.Personal;

/// <summary>redact_pii_best_effort: the text with a tag in place of personal data.</summary>
internal readonly struct RedactPersonalData() : IStringTransform
{
    private readonly PersonalDataFinder _finder = new();

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<byte> value, StringArena result)
    {
        var copied = 0;
        foreach (var (start, length, tag) in _finder.Find(value))
        {
            result.Append(value[copied..start]);
            result.Append(TextOf(tag));
            copied = start + length;
        }

        result.Append(value[copied..]);
    }

    private static ReadOnlySpan<byte> TextOf(PersonalTag tag) => tag switch
    {
        PersonalTag.Iban => "<REDACTED_IBAN>"u8,
        PersonalTag.Email => "<REDACTED_EMAIL>"u8,
        PersonalTag.IPv6 => "<REDACTED_IPV6>"u8,
        PersonalTag.IPv4 => "<REDACTED_IPV4>"u8,
        PersonalTag.MacAddress => "<REDACTED_MAC_ADDR>"u8,
        PersonalTag.Imei => "<REDACTED_IMEI>"u8,
        PersonalTag.CardNumber => "<REDACTED_CC_NUMBER>"u8,
        _ => "<REDACTED_SSN>"u8,
    };
}
