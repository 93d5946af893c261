using System.Globalization;
using System.Text;
using Heliostat.Configuration.Losses;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Pump;

/// <summary>
/// The headers of Kafka Connect's dead letters (KIP-298, <c>DeadLetterQueueReporter</c>), all texts: where the record comes from, and why
/// it did not go where it was to. There is no stack trace.
/// </summary>
internal static class DeadLetterHeaders
{
    private const string Prefix = "__connect.errors.";

    /// <summary>Adds them behind the record's own.</summary>
    /// <param name="headers">The record's.</param>
    /// <param name="source">Its partition on the source.</param>
    /// <param name="cause">Why it is put aside, with its offset.</param>
    /// <param name="connector">Who writes it: the flow.</param>
    public static void Add(RecordHeadersBuilder headers, TopicPartition source, Loss cause, string connector)
    {
        var ofRules = cause.Kind == LossKind.Untransformed;
        Add("topic", source.Topic);
        Add("partition", source.Partition.ToString(CultureInfo.InvariantCulture));
        Add("offset", cause.Position.ToString(CultureInfo.InvariantCulture));
        Add("connector.name", connector);
        Add("task.id", "0");
        Add("stage", ofRules ? "TRANSFORMATION" : "KAFKA_PRODUCE");
        Add("class.name", "heliostat");
        Add("exception.class.name", ofRules ? "org.apache.kafka.connect.errors.DataException" : ExceptionOf(cause.Code));
        Add("exception.message", cause.Cause);

        void Add(string name, string value) => headers.Add(Prefix + name, Encoding.UTF8.GetBytes(value));
    }

    /// <summary>What Java's clients call a refusal.</summary>
    private static string ExceptionOf(ErrorCode code) => code switch
    {
        ErrorCode.RecordListTooLarge => "org.apache.kafka.common.errors.RecordBatchTooLargeException",
        ErrorCode.InvalidRecord => "org.apache.kafka.common.InvalidRecordException",
        ErrorCode.InvalidTimestamp => "org.apache.kafka.common.errors.InvalidTimestampException",
        ErrorCode.UnsupportedForMessageFormat => "org.apache.kafka.common.errors.UnsupportedForMessageFormatException",
        _ => "org.apache.kafka.common.errors.RecordTooLargeException",
    };
}
