using System.Text.Json.Serialization;

namespace Heliostat.Mirroring.Topics;

/// <summary>Why a topic of the source is not mirrored.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LeftOutReason>))]
public enum LeftOutReason
{
    /// <summary><c>topics</c> does not match it.</summary>
    NotIncluded,

    /// <summary><c>topics.exclude</c> matches it.</summary>
    Excluded,

    /// <summary>It is internal to Kafka or to a mirror, by its name or because the brokers say so.</summary>
    Internal,

    /// <summary>Its name says that it came from the target.</summary>
    Cycle,

    /// <summary><c>heliostat.residency.deny</c> does not let it go to the target.</summary>
    Denied,

    /// <summary>Its name on the target would be longer than Kafka allows.</summary>
    NameTooLong,

    /// <summary>Its name on the target would hold characters that Kafka does not allow.</summary>
    NameInvalid,

    /// <summary>Another topic of the source has the same name on the target.</summary>
    NameTaken,

    /// <summary>Its name says that it was on the source before, or came from the target under another alias.</summary>
    CameRound,

    /// <summary>It was mirrored from cluster to cluster too often, or too many heartbeats topics were: mirrors feed each other.</summary>
    TooManyHops,

    /// <summary>Flows of the file, or another file's mirror, would carry it round, and another one of them has it.</summary>
    Ring,

    /// <summary>Flows of the file would carry it round, and which of them has it is not known before all have looked.</summary>
    RingUndecided,
}
