using Heliostat.Protocol;

namespace Heliostat.MirrorClient.Tests;

/// <summary>Bytes cut off at every length and bytes changed at random: what comes from outside.</summary>
internal static class Mutations
{
    public static IEnumerable<byte[]> Of(byte[] bytes, Random random, int count)
    {
        for (var length = 0; length < bytes.Length; length++)
        {
            yield return bytes[..length];
        }

        for (var i = 0; i < count && bytes.Length > 0; i++)
        {
            var changed = bytes.ToArray();
            for (var n = 1 + random.Next(3); n > 0; n--)
            {
                changed[random.Next(changed.Length)] = random.Next(3) == 0 ? (byte)0xff : (byte)random.Next(256);
            }

            yield return random.Next(4) == 0 ? [.. changed, .. new byte[random.Next(20)]] : changed;
        }
    }

    /// <summary>
    /// What <paramref name="read"/> says; "error" for <see cref="MalformedFrameException"/>, and nothing else may be thrown.
    /// </summary>
    public static string Reading(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (MalformedFrameException)
        {
            return "error";
        }
    }
}
