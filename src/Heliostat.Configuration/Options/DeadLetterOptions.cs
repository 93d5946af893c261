namespace Heliostat.Configuration.Options;

/// <summary>
/// Where the records go about which <see cref="Losses.LossAction.DeadLetter"/> is done (<c>errors.deadletterqueue.*</c>, KIP-298).
/// </summary>
/// <param name="Topic">The topic on the target.</param>
/// <param name="ReplicationFactor">Of its partition where it is created.</param>
public sealed record DeadLetterOptions(string Topic, short ReplicationFactor);
