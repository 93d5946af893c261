namespace Heliostat.Client.Authentication.Kerberos;

/// <summary>Makes sentences of what the library says. Its codes are those of <c>krb5_err.et</c>; its words are shown beside.</summary>
internal static class KerberosFailures
{
    private const int TableBase = -1765328384;

    public const string Library =
        "Kerberos needs the library libgssapi_krb5.so.2: install the package libgssapi-krb5-2 (Debian, Ubuntu) or krb5-libs (RHEL, Fedora)";

    /// <param name="failed">What the library said.</param>
    /// <param name="options">Who logs in, with what.</param>
    /// <param name="host">The broker, when a ticket for it was asked for; null while the login itself was.</param>
    public static SaslException Explain(GssException failed, GssapiOptions options, string? host)
    {
        var realm = options.Principal?.IndexOf('@', StringComparison.Ordinal) is >= 0 and var at
            ? options.Principal[(at + 1)..]
            : "the default realm";
        var who = options.Principal ?? "the ticket cache's principal";
        var where = options.KeyTab is { } keytab ? $"the keytab {keytab}" : $"the ticket cache {options.TicketCache ?? "(default)"}";
        var said = $" (Kerberos: {Refusal.Printable(failed.Message)})";
        return Code(failed) switch
        {
            // KRB5_KDC_UNREACH
            156 => new(SaslFailure.Unavailable, $"cannot reach a KDC of {realm} for {who}{said}; see krb5.conf for its address"),

            // KRB5_REALM_UNKNOWN, KRB5_REALM_CANT_RESOLVE
            154 or 155 => new(SaslFailure.NoCredential,
                $"krb5.conf names no KDC for {realm}{said}; KRB5_CONFIG may list several files, separated by colons"),

            // KRB5KRB_AP_ERR_SKEW, KRB5KRB_AP_ERR_TKT_NYV, KRB5KDC_ERR_CLIENT_NOTYET, KRB5_KDCREP_SKEW
            37 or 33 or 21 or 148 => new(SaslFailure.Unavailable,
                $"the clocks of this machine and of the KDC or the broker differ by more than five minutes{said}"),

            // KRB5KRB_AP_ERR_TKT_EXPIRED
            32 => new(SaslFailure.Unavailable,
                $"the ticket of {who} has expired{said}{(options.KeyTab is null ? ": run kinit again" : "")}"),

            // KRB5KRB_AP_ERR_REPEAT
            34 => new(SaslFailure.Unavailable, $"the broker took the login of {who} for a replay{said}"),

            // KRB5KRB_AP_ERR_BAD_INTEGRITY, KRB5KDC_ERR_PREAUTH_FAILED
            31 or 24 when host is null =>
                new(SaslFailure.Refused, $"the key of {who} in {where} is not the one the KDC has{said}: export the keytab anew"),

            // KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN
            6 => new(SaslFailure.Refused, $"the KDC does not know the client {who}{said}"),

            // KRB5KDC_ERR_NAME_EXP, KRB5KDC_ERR_CLIENT_REVOKED, KRB5KDC_ERR_KEY_EXP
            1 or 18 or 23 => new(SaslFailure.Refused, $"the KDC has locked or expired {who}{said}"),

            // KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN; and KRB5_CONFIG_NODEFREALM, which the library says after the client's own realm did not know
            // the service
            7 or 224 when host is not null => new(
                SaslFailure.Refused,
                $"the KDC does not know {options.ServiceName}/{host}{said}: bootstrap.servers must use the names in the brokers' "
                    + "principals, and sasl.kerberos.service.name their first part"),
            _ when host is null && failed.RoutineError == 11 =>
                new(SaslFailure.NoCredential, $"the tickets of {where} have expired: run kinit again"),
            _ when host is null && failed.RoutineError == 7 => new(
                SaslFailure.NoCredential,
                $"there is no credential for {who} in {where}{said}{(options.KeyTab is null ? "; run kinit" : "")}"),
            _ => new(SaslFailure.Refused, host is null
                ? $"{who} could not log in with {where}{said}"
                : $"{who} could not log in at {options.ServiceName}/{host}{said}"),
        };
    }

    private static int Code(GssException failed) => unchecked((int)failed.Minor) - TableBase;
}
