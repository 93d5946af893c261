namespace Heliostat.Mirroring.Planning.Permissions;

/// <summary>The clients of a flow that a file can give principals of their own.</summary>
internal enum NeedRole
{
    SourceConsumer,
    SourceAdmin,
    TargetConsumer,
    TargetAdmin,
    DataProducer,
    OffsetSyncsProducer,
}
