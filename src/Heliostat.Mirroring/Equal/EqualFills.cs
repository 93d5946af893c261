using System.Threading.Channels;
using Heliostat.Transport.Waiting;

namespace Heliostat.Mirroring.Equal;

/// <summary>
/// Runs what outlets ask to be filled, side by side. An outlet asks for one filling at a time, so no more wait than there are lanes.
/// </summary>
/// <param name="most">The most offsets that are filled at once, of a partition.</param>
internal sealed class EqualFills(long most)
{
    private readonly Channel<EqualOutlet> _asked = Channel.CreateUnbounded<EqualOutlet>();

    public long Most => most;

    /// <summary>Fills what <paramref name="outlet"/> lacks, soon.</summary>
    public void Ask(EqualOutlet outlet) => _asked.Writer.TryWrite(outlet);

    public async Task RunAsync(CancellationToken ct)
    {
        List<Task> running = [];
        try
        {
            while (await _asked.Reader.WaitToReadAsync(ct))
            {
                while (_asked.Reader.TryRead(out var outlet))
                {
                    running.RemoveAll(fill => fill.IsCompletedSuccessfully);
                    running.Add(outlet.FillAsync(ct));
                }
            }
        }
        finally
        {
            await Settling.AllAsync(running);
        }
    }
}
