using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;

namespace Loci.Cluster.Hosting;

/// <summary>
/// TLS between silos, and from clients: all have one certificate, and talk to nobody who cannot show it and prove that
/// its key is his. No authority is asked, so a self-signed one is right.
/// </summary>
internal static class ClusterTls
{
    // A machine that computes on every core answers late.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>Reads a certificate with its key from a PKCS#12 file without a password.</summary>
    /// <exception cref="LociException">There is none.</exception>
    public static X509Certificate2 Read(string path)
    {
        byte[] bytes = InputFile.Read(path, InputFile.MostJsonBytes);
        try
        {
            var certificate = X509CertificateLoader.LoadPkcs12(bytes, null);
            return certificate.HasPrivateKey ? certificate
                : throw new InvalidFileException(path, "holds a certificate without its key");
        }
        catch (CryptographicException e)
        {
            throw new InvalidFileException(path, $"is no PKCS#12 file without a password: {e.Message}", inner: e);
        }
    }

    public static void Require(TlsOptions options, X509Certificate2 certificate)
    {
        options.LocalCertificate = certificate;
        options.HandshakeTimeout = s_patience;
        options.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.RemoteCertificateValidation = (remote, _, _) =>
            remote.GetCertHash(HashAlgorithmName.SHA256)
                .AsSpan().SequenceEqual(certificate.GetCertHash(HashAlgorithmName.SHA256));
        options.OnAuthenticateAsClient = (_, client) =>
        {
            client.TargetHost = certificate.GetNameInfo(X509NameType.DnsName, forIssuer: false);
            client.ClientCertificates = [certificate];
        };
    }
}
