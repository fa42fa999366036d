using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Loci.Cluster.Hosting;
using Loci.Cluster.Jobs;
using Loci.Cluster.Work;
using Loci.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Loci.Cluster.Tests;

/// <summary>Who cannot show the cluster's certificate is not talked to.</summary>
public class TlsTests
{
    [Fact]
    public async Task Only_those_with_the_certificate_are_let_in()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        var settings = new ClusterSettings
        {
            Cluster = "tls", Port = SiloSetup.FreePort(), Gateway = SiloSetup.FreePort(),
            Certificate = Certificate(folder, "ours"),
        };
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.AddSilo(settings, WorkerSettings.Here(0));
        using var silo = builder.Build();
        await silo.StartAsync(cancellation);
        using (var client = await ClientSetup.Connect(settings, cancellation))
        {
            var jobs = client.Services.GetRequiredService<IGrainFactory>().GetGrain<IJobListGrain>(0);
            Assert.Empty(await jobs.All());
        }
        await Assert.ThrowsAsync<LociException>(() =>
            ClientSetup.Connect(settings with { Certificate = Certificate(folder, "theirs") }, cancellation));
        await Assert.ThrowsAsync<LociException>(() =>
            ClientSetup.Connect(settings with { Certificate = null }, cancellation));
        await silo.StopAsync(cancellation);
    }

    [Fact]
    public void A_file_without_a_key_is_refused()
    {
        using var folder = new TemporaryFolder();
        using var whole = Certificate(folder, "whole");
        File.WriteAllBytes(folder["bare"], whole.Export(X509ContentType.Cert));
        Assert.Throws<InvalidFileException>(() => ClusterTls.Read(folder["bare"]));
    }

    private static X509Certificate2 Certificate(TemporaryFolder folder, string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=loci", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("loci");
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllBytes(folder[name], made.Export(X509ContentType.Pfx));
        return ClusterTls.Read(folder[name]);
    }
}
