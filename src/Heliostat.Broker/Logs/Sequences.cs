namespace Heliostat.Broker.Logs;

/// <summary>Arithmetic of producers' sequence numbers, which wrap from 2^31-1 to 0 (DefaultRecordBatch).</summary>
internal static class Sequences
{
    public const int None = -1;

    public static int Increment(int sequence, int by) => (int)(((long)sequence + by) & int.MaxValue);

    public static int Decrement(int sequence, int by) => (int)(((long)sequence - by) & int.MaxValue);

    public static bool Follows(int last, int next) => next == last + 1L || (next == 0 && last == int.MaxValue);
}
