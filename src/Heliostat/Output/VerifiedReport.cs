using System.Security.Cryptography;
using System.Text.Json;

namespace Heliostat.Output;

/// <summary>
/// A report that can be handed on: the digest is of the bytes of <c>report</c> as they are printed, the signature is of the same bytes
/// (ECDSA over P-256, SHA-256, DER). A digest shows that nothing was changed since; only a signature shows who says so.
/// </summary>
internal static class VerifiedReport
{
    public static string Write(VerifiedFile file, ECDsa? key)
    {
        var report = JsonSerializer.SerializeToUtf8Bytes(file, OutputJson.Plain.VerifiedFile);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WritePropertyName("report");
            json.WriteRawValue(report);
            json.WriteString("sha256", Convert.ToHexStringLower(SHA256.HashData(report)));
            if (key is not null)
            {
                json.WriteString("signature", Convert.ToBase64String(key.SignData(report, HashAlgorithmName.SHA256,
                    DSASignatureFormat.Rfc3279DerSequence)));
            }

            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }
}
