
namespace Heliostat.Mirroring.Offsets;

/// <summary>Keeps what is stored of a slot's lanes near where they are.</summary>
internal interface IPositionLoop
{
    /// <summary>Why positions cannot be stored now; null when they can.</summary>
    string? Trouble { get; }

    /// <summary>Stores positions until cancelled.</summary>
    Task RunAsync(CancellationToken ct);

    /// <summary>Stores what the lanes reached by now; false when the target refuses it.</summary>
    Task<bool> StoreAsync(CancellationToken ct);
}
