using Heliostat.Transport;

namespace Heliostat.Client.Producing;

/// <summary>
/// Copies batches that are to be sent again out of larger frames: a stuck broker pins only what was in flight to it.
/// </summary>
internal static class SharedFrames
{
    /// <param name="queue">Holds the batches.</param>
    /// <param name="gate">Its owner's lock.</param>
    /// <param name="frames">Where copies are rented.</param>
    public static void Leave(ProduceQueue queue, Lock gate, FramePool frames)
    {
        for (var place = 0; place < ProducerOptions.MostInFlight; place++)
        {
            ProduceBatch shared;
            lock (gate)
            {
                if (!queue.TryPeekUnresolved(place, out shared)) return;
                if (shared.FrameOwned.Length < shared.Bytes.Length * 2) continue;

                shared.FrameOwned.Retain();
            }

            var copyOwned = frames.RentNow(shared.Bytes.Length);
            shared.Bytes.CopyTo(copyOwned.Memory);
            bool replaced;
            lock (gate) replaced = queue.TryReplace(place, shared, shared with { FrameOwned = copyOwned, Bytes = copyOwned.Memory });

            (replaced ? shared.FrameOwned : copyOwned).Dispose();
            shared.FrameOwned.Dispose();
        }
    }
}
