namespace Heliostat.Client.Authentication.Jaas;

/// <summary>What becomes of the options that are known, and of the others.</summary>
internal static class JavaOptionTable
{
    /// <summary>Beginnings, the first that fits counts.</summary>
    private static readonly (string Start, JavaOptionUse Use, string Note)[] Rows =
    [
        ("-Djava.security.auth.login.config", JavaOptionUse.Taken, "read for clients without sasl.jaas.config"),
        ("-Djava.security.krb5.conf", JavaOptionUse.Taken, "becomes KRB5_CONFIG"),
        ("-Djava.security.krb5.", JavaOptionUse.Refused,
            "realm and KDC cannot be given by property: write them to a krb5.conf and name it with -Djava.security.krb5.conf or "
                + "KRB5_CONFIG"),
        ("-Djavax.security.auth.useSubjectCredsOnly", JavaOptionUse.Ignored, "the ticket cache is taken anyway"),
        ("-Dsun.security.krb5.debug", JavaOptionUse.WithoutEffect, "set KRB5_TRACE=/dev/stderr to see what Kerberos does"),
        ("-Djavax.net.ssl.trustStore", JavaOptionUse.Taken, "trusted where no ssl.truststore.* is set"),
        ("-Djavax.net.ssl.keyStore", JavaOptionUse.WithoutEffect, "Kafka's clients do not read it either: set ssl.keystore.location"),
        ("-Djdk.tls.", JavaOptionUse.WithoutEffect, "set ssl.enabled.protocols or ssl.cipher.suites"),
        ("-Dorg.apache.kafka.sasl.oauthbearer.allowed.", JavaOptionUse.Taken, "only what it lists is asked and read"),
        ("-Dorg.apache.kafka.disallowed.login.modules", JavaOptionUse.Taken, "login modules it lists are refused"),
        ("-Dorg.apache.kafka.allowed.login.modules", JavaOptionUse.Taken, "login modules it does not list are refused"),
        ("-javaagent:", JavaOptionUse.WithoutEffect, "no Java agent can be loaded; metrics are offered without one"),
        ("-Dcom.sun.management.jmxremote", JavaOptionUse.WithoutEffect, "there is no JMX here"),
        ("-Dlog4j", JavaOptionUse.Ignored, "logging is set up otherwise"),
        ("-Dkafka.logs.dir", JavaOptionUse.Ignored, "logging is set up otherwise"),
        ("-X", JavaOptionUse.Ignored, "about the JVM"),
        ("-server", JavaOptionUse.Ignored, "about the JVM"),
        ("-verbose", JavaOptionUse.Ignored, "about the JVM"),
        ("-Djava.awt.headless", JavaOptionUse.Ignored, "about the JVM"),
    ];

    public static JavaOption Judge(string variable, string word)
    {
        var name = word.StartsWith("-D", StringComparison.Ordinal) ? word.Split('=')[0] : word.Split(':')[0];
        foreach (var (start, use, note) in Rows)
        {
            if (word.StartsWith(start, StringComparison.Ordinal))
            {
                return new JavaOption(variable, name, use, note);
            }
        }

        // What stands in the variables of logging and the heap is about the JVM, whatever it says.
        return variable is "KAFKA_OPTS" or "KAFKA_JMX_OPTS"
            ? new JavaOption(variable, name, JavaOptionUse.WithoutEffect, "means nothing here")
            : new JavaOption(variable, name, JavaOptionUse.Ignored, "about the JVM");
    }
}
