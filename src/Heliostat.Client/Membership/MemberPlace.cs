using System.Threading.Channels;

namespace Heliostat.Client.Membership;

/// <summary>A member's place in its group, as the member knows it. Written by its loop alone; woken from anywhere.</summary>
internal class MemberPlace
{
    private readonly Channel<bool> _woken = Channel.CreateBounded<bool>(new BoundedChannelOptions(1)
    {
        FullMode = BoundedChannelFullMode.DropWrite
    });

    /// <summary>Empty until the coordinator gave one, and again after it forgot us.</summary>
    public string MemberId { get; set; } = "";

    /// <summary>-1 without membership.</summary>
    public int Generation { get; set; } = -1;

    /// <summary>
    /// Why the next join is asked for (KIP-800), read by people in the broker's log; empty while there is no reason to rejoin.
    /// </summary>
    public string Reason { get; set; } = "joining";

    /// <summary>Something has changed that the member looks at.</summary>
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
