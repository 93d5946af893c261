namespace Heliostat.Mirroring.Ownership;

/// <summary>Decides which lanes of a flow are whose: gives them and takes them.</summary>
internal interface IOwnership
{
    /// <summary>
    /// Gives lanes to holders until <paramref name="stop"/>, then takes all of them back; <paramref name="abort"/> ends that at once.
    /// </summary>
    Task RunAsync(IReadOnlyList<ILaneHolder> holders, CancellationToken stop, CancellationToken abort);
}
