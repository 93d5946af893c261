namespace Heliostat.Transport;

/// <summary>Where a request is on its way out.</summary>
internal enum RoundTripStage
{
    Queued,

    /// <summary>Its bytes are in use by the send loop.</summary>
    Sending,
    Sent,
}
