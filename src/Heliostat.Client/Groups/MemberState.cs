using System.Threading.Channels;

namespace Heliostat.Client.Groups;

/// <summary>
/// What a member knows of itself. Written by <see cref="ConsumerGroup.RunAsync"/> alone, except for <see cref="Topics"/>, which the owner sets; others read
/// <see cref="Membership"/>.
/// </summary>
internal sealed class MemberState
{
    private readonly Channel<bool> _woken = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private volatile GroupMembership _membership = GroupMembership.None;
    private volatile IReadOnlyList<string>? _topics;

    /// <summary>What is shown to others.</summary>
    public GroupMembership Membership
    {
        get => _membership;
        set => _membership = value;
    }

    /// <summary>What to subscribe to, in order and without repetition; null until the owner says.</summary>
    public IReadOnlyList<string>? Topics
    {
        get => _topics;
        set => _topics = value;
    }

    /// <summary>Empty until the coordinator gave one, and again after it forgot us.</summary>
    public string MemberId { get; set; } = "";

    /// <summary>-1 without membership.</summary>
    public int Generation { get; set; } = -1;

    public IReadOnlyList<TopicPartition> Owned { get; private set; } = [];

    /// <summary>The last assignment of <see cref="LastGeneration"/>: what a sticky leader is told, kept when ownership ends.</summary>
    public IReadOnlyList<TopicPartition> LastAssignment { get; set; } = [];

    public int LastGeneration { get; set; } = -1;

    /// <summary>Why the next join is asked for (KIP-800), read by people in the broker's log; empty while there is no reason to rejoin.</summary>
    public string Reason { get; set; } = "joining";

    public void Own(IReadOnlyList<TopicPartition> owned)
    {
        Owned = owned;
        Membership = Membership with { Owned = owned };
    }

    /// <summary>Something has changed that the member looks at: its topics, the metadata, its heartbeats.</summary>
    public void Wake() => _woken.Writer.TryWrite(true);

    /// <summary>Ends once woken, before the call or during it, or when cancelled: the caller looks at the token.</summary>
    public async Task WaitAsync(CancellationToken ct)
    {
        try
        {
            await _woken.Reader.ReadAsync(ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // As said.
        }
    }
}
