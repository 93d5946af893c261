using System.Buffers.Text;
using System.Text;

namespace Heliostat.Client.Tests.Authentication.OAuthBearer;

/// <summary>Tokens by their JSON; nobody checks the signature.</summary>
internal static class TestTokens
{
    public static string Make(string claims, string header = """{"alg":"RS256"}""", string signature = "canary-signature") =>
        $"{Encode(header)}.{Encode(claims)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(signature))}";

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
