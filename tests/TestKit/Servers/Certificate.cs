using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PixieOrleans.TestKit.Servers;

/// <summary>A certificate for localhost and 127.0.0.1 that nobody trusts, in a file.</summary>
public sealed class Certificate : IDisposable
{
    private const int KeyBits = 2048;
    private readonly TempFolder _folder = new();

    /// <summary>Makes key and certificate.</summary>
    public Certificate()
    {
        using var key = RSA.Create(KeyBits);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        PemFile = _folder.Write("both.pem", $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}");
    }

    /// <summary>The certificate, then its key.</summary>
    public string PemFile { get; }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();
}
