using System.Buffers.Binary;
using System.Text;
using Heliostat.Mirroring.Java;

namespace Heliostat.Mirroring.Tests.Java;

/// <summary>
/// A JVM that is none: a value in capitals comes back, <c>drop</c> is left out, <c>bad</c> throws, <c>keep</c> stays, and <c>die</c> ends
/// it.
/// </summary>
internal sealed class FakePipe : IJavaPipe
{
    /// <summary>What it answers instead, to questions about records.</summary>
    public Func<byte[]>? Answer { get; set; }

    /// <summary>How many records each question was about.</summary>
    public List<int> Asked { get; } = [];

    public bool IsDisposed { get; private set; }

    public void Ask(ReadOnlySpan<byte> question, JavaBuffer answer, TimeSpan patience)
    {
        Assert.False(IsDisposed);
        answer.Clear();
        answer.Byte(0);
        var reader = new JavaReader(question);
        if (reader.Byte() == 1)
        {
            return;
        }

        reader.Number();
        var (topic, _, partition, count) = (reader.Text(), reader.Text(), reader.Number(), reader.Number());
        Asked.Add(count);
        if (Answer is { } other)
        {
            answer.Clear();
            var bytes = other();
            bytes.CopyTo(answer.Take(bytes.Length));
            return;
        }

        answer.Number(count);
        for (var left = count; left > 0; left--)
        {
            reader.Wide();
            var time = reader.Wide();
            reader.Bytes();
            var value = reader.Text();
            for (var headers = reader.Number(); headers > 0; headers--)
            {
                reader.Bytes();
                reader.Bytes();
            }

            One(answer, topic, partition, time, value);
        }
    }

    public void Dispose() => IsDisposed = true;

    private static void One(JavaBuffer answer, string topic, int partition, long time, string value)
    {
        switch (value)
        {
            case "keep":
                answer.Byte(0);
                break;
            case "drop":
                answer.Byte(1);
                break;
            case "bad":
                answer.Byte(3);
                answer.Text("java.lang.X");
                answer.Text("no good");
                break;
            case "die":
                throw new JavaException("it ended with 7");
            case "other":
                Records(answer, "other", time, value, -1);
                break;
            case "far":
                Records(answer, topic, time, value, 7);
                break;
            case var several when several.StartsWith("several", StringComparison.Ordinal):
                Records(answer, topic, time, value, 0, 2, -1);
                break;
            default:
                Records(answer, topic, time + 1, value.ToUpperInvariant(), value == "b" ? 0 : value == "a" ? -1 : partition);
                break;
        }
    }

    private static void Records(JavaBuffer answer, string topic, long time, string value, params int[] partitions)
    {
        answer.Byte(2);
        answer.Number(partitions.Length);
        foreach (var partition in partitions)
        {
            answer.Text(topic);
            answer.Number(partition);
            answer.Wide(time);
            answer.Byte(1);
            answer.Text(value);
            answer.Number(1);
            answer.Text("h");
            answer.Bytes(null);
        }
    }

    /// <summary>Bytes of an answer: a text as its letters, a number as four bytes.</summary>
    public static byte[] Bytes(params object[] parts) => [.. parts.SelectMany(part => part switch
    {
        byte one => [one],
        int number => Number(number),
        _ => Encoding.UTF8.GetBytes((string)part),
    })];

    private static byte[] Number(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }
}
