namespace Heliostat.Broker.Handlers;

/// <summary>What Kafka says of an error where it has nothing more exact to say (Errors.java).</summary>
internal static class ErrorMessages
{
    public const string InvalidRequest =
        "This most likely occurs because of a request being malformed by the client library or the message was sent to an incompatible "
            + "broker. " +
        "See the broker logs for more details.";

    public const string TopicAuthorizationFailed = "Topic authorization failed.";
    public const string ClusterAuthorizationFailed = "Cluster authorization failed.";
    public const string ElectionNotNeeded = "Leader election not needed for topic partition.";
}
