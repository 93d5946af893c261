namespace Heliostat.Client.Producing;

/// <summary>Where a closed partition ended.</summary>
/// <param name="Identity">What its batches carried.</param>
/// <param name="NextSequence">The sequence after the last one used.</param>
/// <param name="IsUnresolved">Something that was sent was not answered.</param>
internal readonly record struct ProducerResume(ProducerIdentity Identity, int NextSequence, bool IsUnresolved);
