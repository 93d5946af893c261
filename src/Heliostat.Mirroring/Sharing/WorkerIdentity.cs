namespace Heliostat.Mirroring.Sharing;

/// <summary>Who a worker is among the others of its flow.</summary>
/// <param name="Name">How its operator knows it.</param>
/// <param name="Slots">The slots of the flow.</param>
/// <param name="File">What of its file decides what is written: a digest for each key.</param>
internal sealed record WorkerIdentity(string Name, LaneSlots Slots, IReadOnlyDictionary<string, string> File);
