namespace Heliostat.Mirroring.Pump;

/// <summary>Which two topics a position is about (KIP-516); empty where it is not known: brokers before 2.8 have no ids.</summary>
internal readonly record struct TopicIds(Guid Source, Guid Target);
