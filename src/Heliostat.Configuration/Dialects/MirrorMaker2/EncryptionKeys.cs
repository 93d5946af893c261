using Heliostat.Configuration.Transforms;
using Heliostat.Transport.Security;

namespace Heliostat.Configuration.Dialects.MirrorMaker2;

/// <summary>The settings of <c>heliostat.Encrypt</c> and <c>heliostat.Decrypt</c>: keys by their ids.</summary>
internal static class EncryptionKeys
{
    private const int KeyBytes = 32;
    private const int LongestId = 64;

    public static TransformAction.Encrypt? Encrypt(StepValues values, PayloadPart part) =>
        values.Word("key.id").Trim() is { Length: > 0 } id && Key(values, "key.id", id) is { } key
            ? new TransformAction.Encrypt(part, id, key)
            : null;

    public static TransformAction.Decrypt? Decrypt(StepValues values, PayloadPart part)
    {
        var plain = values.Find("unencrypted")?.Trim() ?? "fail";
        if (plain is not ("fail" or "pass"))
        {
            values.Wrong("unencrypted", $"'{plain}' is not one of fail, pass");
        }

        Dictionary<string, Secret> keys = new(StringComparer.Ordinal);
        foreach (var id in values.Entries("key.ids"))
        {
            if (Key(values, "key.ids", id) is { } key)
            {
                keys[id] = key;
            }
        }

        return keys.Count > 0 ? new TransformAction.Decrypt(part, keys, plain == "fail") : null;
    }

    /// <summary>The key of an id; null where there is no good one, which is reported without a word of it.</summary>
    private static Secret? Key(StepValues values, string named, string id)
    {
        if (id.Length > LongestId || !id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
        {
            values.Wrong(named, $"has '{id}', which is no id of a key: letters, digits, - and _, {LongestId} of them at most");
            return null;
        }

        if (values.Word($"key.{id}").Trim() is not { Length: > 0 } text)
        {
            return null;
        }

        if (!Convert.TryFromBase64String(text, new byte[text.Length], out var length) || length != KeyBytes)
        {
            values.Wrong($"key.{id}", $"is not a key of {KeyBytes} bytes in base64, as 'openssl rand -base64 {KeyBytes}' makes them");
            return null;
        }

        return new Secret(text);
    }
}
