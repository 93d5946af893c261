using System.Text;
using Heliostat.Client;
using Heliostat.Client.Membership;
using Heliostat.Client.Routing;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Ownership;

/// <summary>
/// This process in the group of a Connect cluster's workers (<c>group.id</c>): workers of Kafka Connect and ours shut each other out, as a
/// group takes members of one kind only, so that connectors never run twice while one kind takes the place of the other. Flows are shared
/// out among ours in groups of their own.
/// </summary>
/// <param name="options">How the group's cluster is reached.</param>
/// <param name="group">The group.</param>
/// <param name="worker">What this process is called now.</param>
/// <param name="time">The clock.</param>
/// <param name="loggers">Where to.</param>
public sealed partial class ConnectGroup(ClientOptions options, string group, Func<string> worker, TimeProvider time,
    ILoggerFactory loggers) : IWorker
{
    private const long BufferBytes = 1024 * 1024;

    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ILogger _logger = loggers.CreateLogger<ConnectGroup>();
    private bool _leads;
    private bool _isShutOut;
    private string? _trouble;

    /// <summary>This process tells how connectors are: one of the group does.</summary>
    public bool Leads => Volatile.Read(ref _leads);

    /// <summary>
    /// Others are in the group who are none of ours, and this process is not: what the group is for is theirs until it is in it again.
    /// </summary>
    public bool IsShutOut => Volatile.Read(ref _isShutOut);

    string IWorker.ProtocolType => "heliostat";

    string IWorker.Protocol => "connect";

    bool IWorker.IsMoving => false;

    /// <summary>Ends when this process is in the group for the first time: nobody else runs its connectors.</summary>
    public Task EnteredAsync(CancellationToken ct) => _entered.Task.WaitHereAsync(ct);

    /// <summary>Is in the group until cancelled; while others are in it who are none of ours, waits until they have gone.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await using var client = new KafkaClient(options, new FramePool(BufferBytes), time, loggers);
        var refreshing = client.RunAsync(ct);
        try
        {
            while (!ct.IsCancellationRequested)
            {
                await TakePartAsync(client, ct);
            }
        }
        finally
        {
            await refreshing.SettleAsync();
        }
    }

    byte[] IWorker.Offer() => Encoding.UTF8.GetBytes(worker());

    bool IWorker.IsGone(ReadOnlyMemory<byte> offer) => false;

    bool IWorker.IsToBeAnnounced() => false;

    IReadOnlyDictionary<string, byte[]> IWorker.Assign(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> offers, string self) =>
        offers.Keys.ToDictionary(member => member, _ => Array.Empty<byte>());

    ValueTask IWorker.AloneAsync(CancellationToken ct) => Enter(leads: true);

    ValueTask IWorker.ShareAsync(ReadOnlyMemory<byte> share, bool leads, CancellationToken ct) => Enter(leads);

    ValueTask IWorker.LoseAsync()
    {
        Volatile.Write(ref _leads, false);
        return ValueTask.CompletedTask;
    }

    ValueTask IWorker.GiveUpAsync() => ValueTask.CompletedTask;

    string IWorker.Explain(string protocolType, string clients) => protocolType == "connect"
        ? $"workers of Kafka Connect are in it ({clients}); their connectors are taken over when they have stopped"
        : $"it is not a group of workers but of type '{protocolType}' ({clients})";

    private async Task TakePartAsync(KafkaClient client, CancellationToken ct)
    {
        try
        {
            await new WorkGroup(client, new MemberOptions { GroupId = group, StopTimeout = AskEvery }, this, time, loggers).RunAsync(ct);
        }
        catch (Exception failure) when (failure is KafkaErrorException or KafkaConnectionException)
        {
            if (Interlocked.Exchange(ref _trouble, failure.Message) != failure.Message)
            {
                LogOutside(_logger, failure.Message);
            }

            if (failure is KafkaErrorException { Code: ErrorCode.InconsistentGroupProtocol })
            {
                Volatile.Write(ref _isShutOut, true);
            }

            await Task.Delay(AskEvery, time, ct).SettleAsync();
        }
    }

    private ValueTask Enter(bool leads)
    {
        Volatile.Write(ref _leads, leads);
        Volatile.Write(ref _trouble, null);
        Volatile.Write(ref _isShutOut, false);
        _entered.TrySetResult();
        return ValueTask.CompletedTask;
    }

    [LoggerMessage(EventIds.ConnectGroupOutside, LogLevel.Warning, "{Cause}")]
    private static partial void LogOutside(ILogger logger, string cause);
}
