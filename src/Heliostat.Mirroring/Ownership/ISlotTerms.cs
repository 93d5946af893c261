namespace Heliostat.Mirroring.Ownership;

/// <summary>What a worker's slots write under, from when they become its own until they are given back.</summary>
internal interface ISlotTerms
{
    /// <summary>All slots that have a term.</summary>
    IReadOnlyCollection<int> Held { get; }

    /// <summary>
    /// These slots are this worker's from now on. Ends before anything is read of what their former owners left; may throw what a client
    /// fails with, and is asked again then.
    /// </summary>
    Task TakeAsync(IReadOnlyCollection<int> coming, CancellationToken ct);

    /// <summary>The lanes of these slots were given back, or closed with something under way.</summary>
    Task ReleaseAsync(IReadOnlyCollection<int> given, CancellationToken ct);
}
