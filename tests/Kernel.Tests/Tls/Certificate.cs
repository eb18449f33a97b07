using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Kernel.Tests.Tls;

/// <summary>A certificate for localhost that nobody trusts, in files.</summary>
internal sealed class Certificate : IDisposable
{
    private readonly TempFolder _folder = new();

    public Certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        CertificateFile = _folder.Write("c.pem", certificate.ExportCertificatePem());
        KeyFile = _folder.Write("k.pem", key.ExportPkcs8PrivateKeyPem());
        BothFile = _folder.Write("b.pem", certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
    }

    public string CertificateFile { get; }

    public string KeyFile { get; }

    public string BothFile { get; }

    public void Dispose() => _folder.Dispose();
}
