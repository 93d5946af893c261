namespace Heliostat.Broker.Topics;

/// <summary>What became of a change to a topic.</summary>
internal readonly record struct TopicOutcome(ErrorCode Error, string? Message, Topic? Topic)
{
    public static TopicOutcome Refused(ErrorCode error, string? message) => new(error, message, null);

    public static TopicOutcome Done(Topic topic) => new(ErrorCode.None, null, topic);
}
