using System.Globalization;
using System.Net.Sockets;
using Heliostat.Broker;
using Heliostat.Output;
using Heliostat.Output.Logs;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Commands;

/// <summary>Runs an embedded cluster from the command line until a signal ends it.</summary>
internal static class BrokerRun
{
    public static async Task<int> RunAsync(EmbeddedClusterOptions options, IReadOnlyList<EmbeddedTopic> topics, Verbosity verbosity,
        CancellationToken ct)
    {
        using var logger = new TerminalLogger(Terminal.Error, options.Time, verbosity);
        using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(logger));
        using var signals = new StopSignals(signal => logger.Say(LogLevel.Information, signal), options.Time, RunOptions.DefaultGrace);
        try
        {
            var cluster = await EmbeddedCluster.StartAsync(options, loggers, ct);
            try
            {
                Create(cluster, topics);
                if (verbosity != Verbosity.Quiet)
                {
                    await Console.Out.WriteAsync(Greeting(cluster, options, topics).AsMemory(), ct);
                }

                await SignalledAsync(signals.Stop);
            }
            finally
            {
                await cluster.DisposeAsync().HereAsync().WaitHereAsync(signals.Abort);
            }

            return ExitCode.Success;
        }
        catch (OperationCanceledException) when (signals.Abort.IsCancellationRequested)
        {
            Terminal.Error.WriteLine(
                "heliostat: stopped before all was closed in good order; a data folder is recovered at the next start");
            return ExitCode.Failure;
        }
        catch (SocketException failure)
        {
            Terminal.Error.WriteLine($"heliostat: {Explain(failure, options)}");
        }
        catch (ArgumentException failure)
        {
            // The parameter's name, which .NET adds in a parenthesis, means nothing on a command line.
            Terminal.Error.WriteLine($"heliostat: {failure.Message.Split(" (Parameter")[0]}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Terminal.Error.WriteLine($"heliostat: --data: {failure.Message}");
        }

        return ExitCode.Configuration;
    }

    /// <summary>Creates what is not there yet: a data folder may hold the topics of the last time.</summary>
    private static void Create(EmbeddedCluster cluster, IReadOnlyList<EmbeddedTopic> topics)
    {
        foreach (var topic in topics.Where(topic => !cluster.HasTopic(topic.Name)))
        {
            cluster.CreateTopic(topic);
        }
    }

    private static string Greeting(EmbeddedCluster cluster, EmbeddedClusterOptions options, IReadOnlyList<EmbeddedTopic> topics)
    {
        var servers = cluster.BootstrapServers;
        var topic = topics.Count > 0 ? topics[0].Name : "test";
        var what = options.BrokerCount == 1 ? "1 broker" : string.Create(CultureInfo.InvariantCulture, $"{options.BrokerCount} brokers");
        var where = options.DataDirectory is { } folder ? $"data in {folder}" : "in memory: what it holds is gone when it ends";
        return $"""
            Kafka listens on {servers}
              cluster {cluster.ClusterId}, {what}, {where}
              look      kcat -L -b {servers}
              produce   echo hello | kcat -P -b {servers} -t {topic}
              consume   kcat -C -b {servers} -t {topic} -e
            Ctrl-C ends it.

            """;
    }

    private static string Explain(SocketException failure, EmbeddedClusterOptions options)
    {
        var ports = options.BrokerCount == 1
            ? $"port {options.FirstPort}"
            : $"one of the ports {options.FirstPort} to {options.FirstPort + options.BrokerCount - 1}";
        return failure.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse => $"{ports} of {options.Address} is in use; choose another with --port, or 0 for a free one",
            SocketError.AccessDenied =>
                $"{ports} of {options.Address} may not be opened: {failure.Message}; choose one above 1023 with --port",
            SocketError.AddressNotAvailable => $"--host: {options.Address} is not an address of this machine",
            _ => $"cannot listen on {ports} of {options.Address}: {failure.Message}",
        };
    }

    private static async Task SignalledAsync(CancellationToken stop)
    {
        var signalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = stop.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), signalled);
        await signalled.Task;
    }
}
