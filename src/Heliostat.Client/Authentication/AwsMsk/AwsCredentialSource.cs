using Heliostat.Client.Authentication.Logins;
using Heliostat.Transport.Security;

namespace Heliostat.Client.Authentication.AwsMsk;

/// <summary>
/// Finds an AWS identity where AWS's own libraries do: the environment, a web identity, a profile, the container, the machine; a named
/// profile or role before that.
/// </summary>
internal sealed class AwsCredentialSource(AwsCredentialOptions options, AwsHttp http, Func<string, string?> variable,
    TimeProvider time) : ICredentialSource<AwsCredentials>
{
    /// <summary>Keys without an end are looked at again after this: somebody may have changed them.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(15);

    private readonly AwsProfiles _profiles = new(variable);
    private readonly AwsEndpoints _endpoints = new(http, variable);
    private readonly AwsRoles _roles = new(http, time, options.StsRegion);

    public string Identity =>
        options.RoleArn ?? (options.ProfileName is { } profile ? $"the AWS profile {profile}" : "this process's AWS identity");

    public async ValueTask<AwsCredentials> GetAsync(CancellationToken ct)
    {
        if (options.RoleArn is not { } role)
        {
            return await FindAsync(ct);
        }

        var identity = options.RoleAccessKeyId is { } key
            ? Static(key, options.RoleSecretAccessKey, options.RoleSessionToken, "awsRoleAccessKeyId")
            : await FindAsync(ct);
        return await _roles.AssumeAsync(identity, role, options.RoleSessionName, options.RoleExternalId, ct);
    }

    private async ValueTask<AwsCredentials> FindAsync(CancellationToken ct)
    {
        if (options.ProfileName is { } named)
        {
            return await ProfileAsync(named, 0, ct) ?? throw new SaslException(SaslFailure.NoCredential,
                $"there is no AWS profile '{named}' (awsProfileName), neither in the credentials nor in the config file");
        }

        if (variable("AWS_ACCESS_KEY_ID") is { Length: > 0 } key && variable("AWS_SECRET_ACCESS_KEY") is { Length: > 0 } secret)
        {
            return Static(key, new Secret(secret), new Secret(variable("AWS_SESSION_TOKEN") ?? ""), "the environment");
        }

        if (variable("AWS_WEB_IDENTITY_TOKEN_FILE") is { Length: > 0 } file && variable("AWS_ROLE_ARN") is { Length: > 0 } role)
        {
            return await WebIdentityAsync(file, role, variable("AWS_ROLE_SESSION_NAME"), ct);
        }

        return await ProfileAsync(_profiles.Default, 0, ct) ?? await _endpoints.ContainerAsync(ct) ?? await InstanceAsync(ct);
    }

    private ValueTask<AwsCredentials> WebIdentityAsync(string file, string role, string? session, CancellationToken ct) =>
        _roles.AssumeWithTokenAsync(new Secret(TextFile.Read(file, "AWS_WEB_IDENTITY_TOKEN_FILE").Trim()), role, session, ct);

    /// <summary>A profile with keys, or with a role on top of another profile; null when there is none of the name.</summary>
    private async ValueTask<AwsCredentials?> ProfileAsync(string name, int depth, CancellationToken ct)
    {
        if (_profiles.Find(name) is not { } profile)
        {
            return null;
        }

        if (profile.GetValueOrDefault("role_arn") is { } role)
        {
            var session = profile.GetValueOrDefault("role_session_name");
            if (profile.GetValueOrDefault("web_identity_token_file") is { } file)
            {
                return await WebIdentityAsync(file, role, session, ct);
            }

            var identity = profile.GetValueOrDefault("source_profile") is { } below && below != name && depth < 5
                ? await ProfileAsync(below, depth + 1, ct)
                : Keys(profile, name);
            return identity is null
                ? throw new SaslException(SaslFailure.NoCredential,
                    $"the AWS profile '{name}' has a role and no source_profile with keys to take it on")
                : await _roles.AssumeAsync(identity, role, session, profile.GetValueOrDefault("external_id"), ct);
        }

        if (Keys(profile, name) is { } keys)
        {
            return keys;
        }

        return profile.Keys.FirstOrDefault(key => key == "credential_process" || key.StartsWith("sso_", StringComparison.Ordinal))
            is { } other
            ? throw new SaslException(SaslFailure.NoCredential,
                $"the AWS profile '{name}' gets its keys by {other}, which is not done here: keys, role_arn and web_identity_token_file "
                    + "are")
            : null;
    }

    private AwsCredentials? Keys(IReadOnlyDictionary<string, string> profile, string name) =>
        profile.GetValueOrDefault("aws_access_key_id") is { Length: > 0 } key
            && profile.GetValueOrDefault("aws_secret_access_key") is { Length: > 0 } secret
            ? Static(key, new Secret(secret), new Secret(profile.GetValueOrDefault("aws_session_token", "")), $"the AWS profile {name}")
            : null;

    private async ValueTask<AwsCredentials> InstanceAsync(CancellationToken ct)
    {
        const string Places = "no AWS credentials in the environment, in a profile, from a web identity or a container";
        if (string.Equals(variable("AWS_EC2_METADATA_DISABLED"), "true", StringComparison.OrdinalIgnoreCase))
        {
            throw new SaslException(SaslFailure.NoCredential,
                $"there are {Places}; the machine's own are disabled (AWS_EC2_METADATA_DISABLED)");
        }

        try
        {
            return await _endpoints.InstanceAsync(ct);
        }
        catch (SaslException failed)
        {
            throw new SaslException(failed.Failure, $"there are {Places}, and none from the machine: {failed.Message}", failed);
        }
    }

    private AwsCredentials Static(string key, Secret secret, Secret token, string origin) =>
        new(key, secret, token, time.GetUtcNow() + LookAgain, origin);
}
