namespace Heliostat.Configuration.Options;

/// <summary>Which header tells where a record was first written, so that flows between topics of one name carry no record back.</summary>
public enum ProvenanceKind
{
    /// <summary>None.</summary>
    Off,

    /// <summary><c>heliostat.origin</c>: <c>1:CLUSTER-ID:TOPIC</c>.</summary>
    Heliostat,

    /// <summary><c>redpanda-migrator-provenance</c>: the cluster's id, as Redpanda Migrator writes and reads it.</summary>
    Redpanda,
}
