using System.Text;
using Heliostat.Broker;
using Heliostat.Testing;
using Heliostat.Testing.Embedded;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Tests.Commands;

public sealed class BrokerCommandTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_broker_serves_until_a_signal_ends_it()
    {
        await using var broker = HeliostatProcess.Start(["broker", "--port", "0", "--brokers", "2", "--topic",
            "orders:3:cleanup.policy=compact,delete,retention.ms=60000"]);
        await using var client = new WireClient(await ListensAsync(broker));

        await client.ProduceAsync("orders", [KafkaRecord.Of("a", "hello", 2)], new Dictionary<string, string>(), Ct);

        var read = await client.ReadAsync("orders", new ReadOptions { Records = true }, Ct);
        Assert.Equal("hello", Encoding.UTF8.GetString(read[2].Records.Single().Value!));
        Assert.Equal("compact,delete", (await client.DescribeTopicAsync("orders", Ct)).Configs["cleanup.policy"]);
        Assert.Contains($"kcat -C -b {broker.Output.Split(' ')[3].Trim().Split('\n')[0]} -t orders", broker.Output,
            StringComparison.Ordinal);
        Assert.Equal(0, await broker.StopAsync(Ct));
    }

    [Fact]
    public async Task A_quiet_broker_says_nothing_of_a_signal_either()
    {
        using var folder = new TemporaryFolder("quiet");
        await using var broker = HeliostatProcess.Start(["broker", "--port", "0", "--data", folder.Path, "--topic", "orders", "--quiet"]);
        await broker.RunsUntilAsync("the topic's log", Patience,
            _ => Task.FromResult(Directory.EnumerateFiles(folder.Path, "*.log", SearchOption.AllDirectories).Any()), Ct);

        Assert.Equal(0, await broker.StopAsync(Ct));

        Assert.Empty(broker.Output);
        Assert.Empty(broker.Errors);
    }

    [Fact]
    public async Task A_port_in_use_is_one_clear_line()
    {
        await using var broker = HeliostatProcess.Start(["broker", "--port", "0"]);
        var port = (await ListensAsync(broker)).Split(':')[1];

        var (exitCode, output, errors) = await HeliostatProcess.RunAsync(["broker", "--port", port], Patience, Ct);

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Equal($"heliostat: port {port} of 127.0.0.1 is in use; choose another with --port, or 0 for a free one\n", errors);
    }

    [Fact]
    public async Task A_damaged_data_folder_is_one_clear_line()
    {
        using var folder = new TemporaryFolder("damaged");
        var options = new EmbeddedClusterOptions { DataDirectory = folder.Path, Topics = [new EmbeddedTopic("a"), new EmbeddedTopic("b")] };
        await using (await EmbeddedCluster.StartAsync(options, Ct))
        {
        }

        var journal = Directory.GetFiles(folder.File("cluster-state"), "*.log").Single();
        var bytes = await File.ReadAllBytesAsync(journal, Ct);
        bytes[70] ^= 1;
        await File.WriteAllBytesAsync(journal, bytes, Ct);

        var (exitCode, _, errors) = await HeliostatProcess.RunAsync(["broker", "--port", "0", "--data", folder.Path], Patience, Ct);

        Assert.Equal(2, exitCode);
        Assert.StartsWith($"heliostat: --data: {journal} is damaged between byte 0 and byte ", Assert.Single(errors.TrimEnd().Split('\n')),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "--port: 70000 is not a port from 0 to 65535", "--port 70000")]
    [InlineData(1, "--brokers: 0 is less than 1", "--brokers 0")]
    [InlineData(1, "--topic: 'a:0' is not NAME, NAME:PARTITIONS or NAME:PARTITIONS:KEY=VALUE,..", "--port 0 --topic a:0")]
    [InlineData(1, "--config: 'x' is not KEY=VALUE", "--port 0 --config x")]
    [InlineData(2, "heliostat: Invalid value soon for configuration log.retention.ms: Not a number of type LONG",
        "--port 0 --config log.retention.ms=soon")]
    [InlineData(2, "--host: 192.0.2.1 is not an address of this machine", "--port 0 --host 192.0.2.1")]
    [InlineData(2, "heliostat: a/b: Topic name is invalid", "--port 0 --topic a/b")]
    public async Task What_cannot_be_is_said_and_nothing_starts(int status, string message, string arguments)
    {
        var (exitCode, output, errors) = await HeliostatProcess.RunAsync(["broker", .. arguments.Split(' ')], Patience, Ct);

        Assert.True(exitCode == status, $"{exitCode}: {errors}");
        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter", errors, StringComparison.Ordinal);
        Assert.Empty(output);
    }

    private static async Task<string> ListensAsync(HeliostatProcess broker)
    {
        const string Start = "Kafka listens on ";
        await broker.RunsUntilAsync("the broker to listen", Patience,
            _ => Task.FromResult(broker.Output.Contains("Ctrl-C", StringComparison.Ordinal)), Ct);
        return broker.Output.Split('\n')[0][Start.Length..];
    }
}
