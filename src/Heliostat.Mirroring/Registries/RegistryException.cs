namespace Heliostat.Mirroring.Registries;

/// <summary>A schema registry does not answer, or refuses; the message begins with the side.</summary>
internal sealed class RegistryException(RegistryFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    public RegistryFailure Failure => failure;

    /// <summary>For how long it asks not to be asked; null where it says nothing of that.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
