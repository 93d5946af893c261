using Heliostat.Broker.Security;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>DescribeLogDirs 1 to 5: the sizes of the partitions on this broker, in its one folder.</summary>
internal sealed class DescribeLogDirsHandler : ApiHandler<DescribeLogDirsRequest, DescribeLogDirsResponse>
{
    private const string InMemory = "/memory";

    public override short MinVersion => 1;

    protected override ValueTask<DescribeLogDirsResponse?> HandleAsync(DescribeLogDirsRequest request, RequestContext context,
        CancellationToken ct)
    {
        if (!context.IsAllowed(AclOperation.Describe, ResourceType.Cluster, AclBinding.ClusterName))
            return new(Refuse(request, context, ErrorCode.ClusterAuthorizationFailed));

        var folder = context.Cluster.Options.DataDirectory;
        var result = new DescribeLogDirsResult { LogDir = folder ?? InMemory };
        (result.TotalBytes, result.UsableBytes) = folder is null ? Memory() : Disk(folder);
        foreach (var topic in context.Cluster.Topics.All)
        {
            var asked = request.Topics?.Find(other => other.Topic == topic.Name);
            if (request.Topics is not null && asked is null) continue;

            var partitions = topic.Partitions
                .Where(partition => asked is null || asked.Partitions.Contains(partition.Index))
                .Where(partition => partition.Leadership.Replicas.Contains(context.Broker.Id))
                .Select(partition => new DescribeLogDirsPartition { PartitionIndex = partition.Index, PartitionSize = partition.Log.Size })
                .ToList();
            if (partitions.Count > 0) result.Topics.Add(new DescribeLogDirsTopic { Name = topic.Name, Partitions = partitions });
        }

        return new(new DescribeLogDirsResponse { Results = [result] });
    }

    protected override DescribeLogDirsResponse Refuse(DescribeLogDirsRequest request, RequestContext context, ErrorCode error) =>
        new() { ErrorCode = error };

    private static (long Total, long Usable) Memory()
    {
        var memory = GC.GetGCMemoryInfo();
        return (memory.TotalAvailableMemoryBytes, Math.Max(0, memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes));
    }

    private static (long Total, long Usable) Disk(string folder)
    {
        var drive = new DriveInfo(Path.GetFullPath(folder));
        return (drive.TotalSize, drive.AvailableFreeSpace);
    }
}
