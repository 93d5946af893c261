using System.Text.Json.Serialization;

namespace Heliostat.Broker.Storage;

/// <summary>
/// Something that a cluster on disk knows besides its logs. The last record of a key counts. Names and numbers on disk may only grow.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(TopicRecord), "topic")]
[JsonDerivedType(typeof(BrokerConfigRecord), "broker-config")]
[JsonDerivedType(typeof(AclRecord), "acl")]
[JsonDerivedType(typeof(QuotaRecord), "quota")]
[JsonDerivedType(typeof(ScramRecord), "scram")]
[JsonDerivedType(typeof(OffsetRecord), "offset")]
[JsonDerivedType(typeof(ProducerIdRecord), "producer-id")]
[JsonDerivedType(typeof(TransactionRecord), "transaction")]
internal abstract record StateRecord
{
    /// <summary>What it is about: one record of a key replaces another.</summary>
    internal abstract string Key { get; }
}
