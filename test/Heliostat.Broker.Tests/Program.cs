namespace Heliostat.Broker.Tests;

/// <summary>The test assembly as a program: a cluster on a data directory, in a process that tests may kill.</summary>
internal static class Program
{
    /// <summary>
    /// Starts a cluster with one topic <c>t</c> on the directory given, prints its bootstrap servers, and runs until it is killed or
    /// interrupted.
    /// </summary>
    public static async Task<int> Main(string[] arguments)
    {
        var stopped = new TaskCompletionSource();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            stopped.TrySetResult();
        };
        var options = new EmbeddedClusterOptions
        {
            DataDirectory = arguments[0],
            Topics = [new EmbeddedTopic("t", int.Parse(arguments[1], System.Globalization.CultureInfo.InvariantCulture))],
        };
        await using var cluster = await EmbeddedCluster.StartAsync(options, CancellationToken.None);
        Console.WriteLine(cluster.BootstrapServers);
        await stopped.Task;
        return 0;
    }
}
