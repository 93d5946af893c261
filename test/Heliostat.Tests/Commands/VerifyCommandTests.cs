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
            await cluster.Client.ProduceAsync("orders", [.. Enumerable.Range(0, 20)
                .Select(n => new KafkaRecord { Value = [(byte)n], Timestamp = n, Partition = 0 })], new Dictionary<string, string>(), Ct);
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
        Assert.True(key.VerifyData(report, json.RootElement.GetProperty("signature").GetBytesFromBase64(), HashAlgorithmName.SHA256,
            DSASignatureFormat.Rfc3279DerSequence));
        Assert.Equal("Equal", json.RootElement.GetProperty("report").GetProperty("verdict").GetString());
        Assert.Equal(1, different.ExitCode);
        Assert.StartsWith("source->target: DIFFERENT\n  orders-0 -> orders-0\n    foreign: a record from target offset 20 on\n",
            different.Output, StringComparison.Ordinal);
    }

    /// <summary>1 would say that both sides differ.</summary>
    [Theory]
    [InlineData("heliostat: either FILE, or --from and --to; see 'heliostat verify --help'", "verify", "mm2.properties", "--from", "a:1")]
    [InlineData("heliostat: --background: only flows of a FILE are audited (heliostat.audit.rate); see 'heliostat verify --help'",
        "verify", "--from", "a:1", "--to", "b:1", "--topics", "t", "--background")]
    [InlineData("heliostat: there is no file 'mm2.properties'", "verify", "mm2.properties")]
    [InlineData("heliostat: --sign: there is no file 'no.pem'", "verify", "--from", "a:1", "--to", "b:1", "--sign", "no.pem")]
    [InlineData("heliostat: --state: there is no folder for '/nowhere/x'", "verify", "--from", "a:1", "--to", "b:1", "--state",
        "/nowhere/x")]
    [InlineData("heliostat: --topics: pattern '[' is not a Java regular expression: unclosed character class at index 0", "verify",
        "--from", "a:1", "--to", "b:1", "--topics", "[")]
    [InlineData("heliostat: --since: 'yesterday' is not a time such as 2026-11-30T00:00Z; see 'heliostat verify --help'", "verify",
        "--from", "a:1", "--to", "b:1", "--since", "yesterday")]
    [InlineData("heliostat: --seed: 'x' is not a whole number; see 'heliostat verify --help'", "verify", "--from", "a:1", "--to", "b:1",
        "--seed", "x")]
    public async Task What_cannot_run_is_one_line_and_ends_with_2(string says, params string[] arguments)
    {
        var outcome = await RunAsync(arguments);

        Assert.Equal((2, says + "\n", ""), (outcome.ExitCode, outcome.Errors, outcome.Output));
    }

    private static Task<HeliostatOutcome> RunAsync(string[] arguments) =>
        HeliostatProcess.RunAsync(arguments, TimeSpan.FromSeconds(60), Ct);
}
