using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Heliostat.Transport.Security;
using Heliostat.Transport.Security.Stores;

namespace Heliostat.Client.Authentication.OAuthBearer.Assertions;

/// <summary>Gives an assertion for each request. Files are read each time: keys are rotated while a mirror runs.</summary>
internal sealed class AssertionMaker(AssertionOptions options, TimeProvider time)
{
    private const string KeyFileKey = "sasl.oauthbearer.assertion.private.key.file";
    private const string PassphraseKey = "sasl.oauthbearer.assertion.private.key.passphrase";
    private const string FileKey = "sasl.oauthbearer.assertion.file";
    private const string TemplateKey = "sasl.oauthbearer.assertion.template.file";

    /// <summary>Who is asserted, for messages.</summary>
    public string Subject => options.Subject ?? options.Issuer ?? options.File ?? options.PrivateKeyFile ?? "";

    /// <summary>The assertion, three parts of base64url. Throws <see cref="SaslException"/>.</summary>
    public Secret Make()
    {
        if (options.File is { } file)
        {
            return new Secret(TextFile.Read(file, FileKey).Trim());
        }

        var keyFile = options.PrivateKeyFile
            ?? throw new SaslException(SaslFailure.NoCredential, $"neither {FileKey} nor {KeyFileKey} is set");
        var (header, payload) = Template();
        Fill(header, payload);
        var signed = $"{Encode(header)}.{Encode(payload)}";
        return new Secret($"{signed}.{Base64Url.EncodeToString(Sign(Encoding.ASCII.GetBytes(signed), keyFile))}");
    }

    private void Fill(JsonObject header, JsonObject payload)
    {
        header["alg"] = options.Algorithm.ToString();
        header["typ"] = "JWT";
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        Set("aud", options.Audience);
        Set("iss", options.Issuer);
        Set("sub", options.Subject);
        payload["iat"] = now;
        payload["exp"] = now + (long)options.ExpiresAfter.TotalSeconds;
        payload["nbf"] = now - (long)options.NotBefore.TotalSeconds;
        if (options.IncludeId)
        {
            payload["jti"] = new Guid(RandomNumberGenerator.GetBytes(16)).ToString();
        }

        void Set(string claim, string? value)
        {
            if (value is not null)
            {
                payload[claim] = value;
            }
        }
    }

    private (JsonObject Header, JsonObject Payload) Template()
    {
        if (options.TemplateFile is not { } file)
        {
            return ([], []);
        }

        try
        {
            var template = JsonNode.Parse(TextFile.Read(file, TemplateKey)) as JsonObject;
            return (Part("header"), Part("payload"));

            JsonObject Part(string name) => template?[name] switch
            {
                null => [],
                JsonObject part => (JsonObject)part.DeepClone(),
                _ => throw new JsonException(),
            };
        }
        catch (JsonException)
        {
            throw new SaslException(SaslFailure.NoCredential,
                $"{file} ({TemplateKey}) is not JSON with the objects 'header' and 'payload'");
        }
    }

    private byte[] Sign(byte[] data, string keyFile)
    {
        try
        {
            using var key = PrivateKeys.FromPem(TextFile.Read(keyFile, KeyFileKey), options.PrivateKeyPassphrase, keyFile, KeyFileKey,
                PassphraseKey);
            return (options.Algorithm, key) switch
            {
                (AssertionAlgorithm.RS256, RSA rsa) => rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
                (AssertionAlgorithm.ES256, ECDsa { KeySize: 256 } ec) => ec.SignData(data, HashAlgorithmName.SHA256),
                _ => throw new SaslException(
                    SaslFailure.NoCredential,
                    $"the key of {keyFile} does not fit sasl.oauthbearer.assertion.algorithm={options.Algorithm}: RS256 wants an RSA key, "
                        + "ES256 an EC key on P-256"),
            };
        }
        catch (StoreException failed)
        {
            throw new SaslException(SaslFailure.NoCredential, $"{failed.Key}: {failed.Message}", failed);
        }
    }

    private static string Encode(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
