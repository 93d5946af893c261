namespace Heliostat.Testing.RealKafka;

/// <summary>A member of a consumer group, and of how many partitions it is the owner.</summary>
public sealed record GroupMember(string ClientId, int Partitions);
