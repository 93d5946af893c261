using System.Buffers.Binary;

namespace Heliostat.Testing.Embedded;

/// <summary>
/// What a group's leader assigned to a member (ConsumerProtocolAssignment): 16-bit version, topics by name with their partitions.
/// </summary>
internal static class AssignedPartitions
{
    public static int Count(ReadOnlyMemory<byte> assignment)
    {
        if (assignment.Length < 6)
        {
            return 0;
        }

        var rest = assignment.Span[2..];
        var count = 0;
        for (var topics = TakeInt32(ref rest); topics > 0; topics--)
        {
            rest = rest[(2 + BinaryPrimitives.ReadInt16BigEndian(rest))..];
            var partitions = TakeInt32(ref rest);
            rest = rest[(partitions * sizeof(int))..];
            count += partitions;
        }

        return count;
    }

    private static int TakeInt32(ref ReadOnlySpan<byte> rest)
    {
        var value = BinaryPrimitives.ReadInt32BigEndian(rest);
        rest = rest[sizeof(int)..];
        return value;
    }
}
