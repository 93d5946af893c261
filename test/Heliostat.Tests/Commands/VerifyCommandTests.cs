using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Heliostat.Testing;
using Heliostat.Testing.Embedded;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Tests.Commands;

public sealed class VerifyCommandTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Fact]
    public async Task It_ends_with_what_it_found_and_its_report_can_be_checked()
    {
        await using var source = await EmbeddedTestCluster.StartAsync(1, null, Ct);
        await using var target = await EmbeddedTestCluster.StartAsync(1, null, Ct);
        foreach (var cluster in (EmbeddedTestCluster[])[source, target])
        {
            await cluster.Client.CreateTopicAsync("orders", 1, null, Ct);
            await cluster.Client.ProduceAsync("orders", [.. Enumerable.Range(0, 20).Select(n => new KafkaRecord { Value = [(byte)n], Timestamp = n, Partition = 0 })], new Dictionary<string, string>(), Ct);
        }

        using var folder = new TemporaryFolder("verify");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(folder.File("key.pem"), key.ExportPkcs8PrivateKeyPem(), Ct);
        string[] arguments = ["verify", "--from", source.BootstrapServers, "--to", target.BootstrapServers, "--keep-names"];

        var equal = await RunAsync([.. arguments, "--json", "--sign", folder.File("key.pem")]);
        await target.Client.ProduceAsync("orders", [new KafkaRecord { Value = [99], Partition = 0 }], new Dictionary<string, string>(), Ct);
        var different = await RunAsync(arguments);

        using var json = JsonDocument.Parse(equal.Output);
        var report = Encoding.UTF8.GetBytes(json.RootElement.GetProperty("report").GetRawText());
        Assert.Equal((0, ""), (equal.ExitCode, equal.Errors));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(report)), json.RootElement.GetProperty("sha256").GetString());
        Assert.True(key.VerifyData(report, json.RootElement.GetProperty("signature").GetBytesFromBase64(), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        Assert.Equal("Equal", json.RootElement.GetProperty("report").GetProperty("verdict").GetString());
        Assert.Equal(1, different.ExitCode);
        Assert.StartsWith("source->target: DIFFERENT\n  orders-0 -> orders-0\n    foreign: a record from target offset 20 on\n", different.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_and_two_clusters_are_one_too_many()
    {
        var outcome = await RunAsync(["verify", "mm2.properties", "--from", "a:1"]);

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("either FILE, or --from and --to", outcome.Errors, StringComparison.Ordinal);
    }

    private static Task<HeliostatOutcome> RunAsync(string[] arguments) => HeliostatProcess.RunAsync(arguments, TimeSpan.FromSeconds(60), Ct);
}
