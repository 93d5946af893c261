using Heliostat.Mirroring.Troubles;


namespace Heliostat.Mirroring.Lanes;

/// <summary>How long the target may take to make a topic ready (<c>max.block.ms</c>).</summary>
/// <param name="maxBlock">The time.</param>
/// <param name="giveUp">Called when it is over; null to go on trying.</param>
/// <param name="time">The clock.</param>
internal sealed class OpeningPatience(TimeSpan maxBlock, Action<Trouble>? giveUp, TimeProvider time)
{
    /// <summary>The topic is not ready since then, for <paramref name="cause"/>.</summary>
    public void Check(string topic, DateTimeOffset since, string cause)
    {
        if (time.GetUtcNow() - since >= maxBlock)
        {
            giveUp?.Invoke(new Trouble(
                TroubleKind.TopicNotReady, TroubleSide.Us,
                $"topic '{topic}' could not be made ready on the target within max.block.ms ({maxBlock.TotalSeconds:0.###} s): {cause}")
            {
                Subject = topic,
                Since = since,
            });
        }
    }
}
