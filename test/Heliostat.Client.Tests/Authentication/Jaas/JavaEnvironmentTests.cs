using Heliostat.Client.Authentication.Jaas;

namespace Heliostat.Client.Tests.Authentication.Jaas;

public sealed class JavaEnvironmentTests
{
    [Fact]
    public void What_counts_here_is_taken_from_KAFKA_OPTS()
    {
        var java = Read(("KAFKA_OPTS",
            "-Djava.security.auth.login.config=/etc/jaas.conf  "
                + "-Djava.security.krb5.conf=/etc/krb5.conf\t-Djavax.net.ssl.trustStore=/etc/trust.jks "
                + "-Djavax.net.ssl.trustStorePassword=canary "
            + "-Djavax.net.ssl.trustStoreType=PKCS12 -Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=https://a,https://b "
            + "-Dorg.apache.kafka.sasl.oauthbearer.allowed.files= "
            + "-Dorg.apache.kafka.disallowed.login.modules=X,Y -Dorg.apache.kafka.allowed.login.modules=Z"));

        Assert.Equal("/etc/jaas.conf", java.LoginConfigFile);
        Assert.Equal("/etc/krb5.conf", java.Krb5Config);
        Assert.Equal("/etc/trust.jks", java.TrustStore);
        Assert.Equal("canary", java.TrustStorePassword.Reveal());
        Assert.Equal("PKCS12", java.TrustStoreType);
        Assert.Equal(["https://a", "https://b"], java.AllowedUrls!);
        Assert.Empty(java.AllowedFiles!);
        Assert.Equal(["X", "Y"], java.DisallowedLoginModules);
        Assert.Equal(["Z"], java.AllowedLoginModules!);
        Assert.All(java.Options, option => Assert.Equal(JavaOptionUse.Taken, option.Use));
        Assert.DoesNotContain("canary", java.ToString() + string.Join(' ', java.Options), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-Djava.security.auth.login.config==/etc/jaas.conf")]
    [InlineData("-Djava.security.auth.login.config=file:/etc/jaas.conf")]
    [InlineData("-Djava.security.auth.login.config=file:///etc/jaas.conf")]
    [InlineData("-Djava.security.auth.login.config=/etc/other.conf -Djava.security.auth.login.config=/etc/jaas.conf")]
    public void The_JAAS_file_is_found_however_it_is_named(string options) =>
        Assert.Equal("/etc/jaas.conf", Read(("KAFKA_OPTS", options)).LoginConfigFile);

    [Fact]
    public void Later_variables_count_more() => Assert.Equal(
        "/etc/2",
        Read(("KAFKA_OPTS", "-Djava.security.krb5.conf=/etc/2"),
            ("KAFKA_HEAP_OPTS", "-Xmx1G -Djava.security.krb5.conf=/etc/1")).Krb5Config);

    [Theory]
    [InlineData("KAFKA_OPTS", "-Djava.security.krb5.realm=R", JavaOptionUse.Refused)]
    [InlineData("KAFKA_OPTS", "-Djava.security.krb5.kdc=K", JavaOptionUse.Refused)]
    [InlineData("KAFKA_OPTS", "-Djavax.security.auth.useSubjectCredsOnly=false", JavaOptionUse.Ignored)]
    [InlineData("KAFKA_OPTS", "-Dsun.security.krb5.debug=true", JavaOptionUse.WithoutEffect)]
    [InlineData("KAFKA_OPTS", "-Djavax.net.ssl.keyStore=/x", JavaOptionUse.WithoutEffect)]
    [InlineData("KAFKA_OPTS", "-Djdk.tls.client.protocols=TLSv1.2", JavaOptionUse.WithoutEffect)]
    [InlineData("KAFKA_OPTS", "-javaagent:/opt/jmx.jar=1234:/x.yml", JavaOptionUse.WithoutEffect)]
    [InlineData("KAFKA_OPTS", "-Dsome.property=x", JavaOptionUse.WithoutEffect)]
    [InlineData("KAFKA_HEAP_OPTS", "-Xmx1G", JavaOptionUse.Ignored)]
    [InlineData("KAFKA_JMX_OPTS", "-Dcom.sun.management.jmxremote", JavaOptionUse.WithoutEffect)]
    [InlineData("KAFKA_LOG4J_OPTS", "-Dlog4j.configuration=file:/x", JavaOptionUse.Ignored)]
    [InlineData("JMX_PORT", "9999", JavaOptionUse.WithoutEffect)]
    public void Every_option_is_judged(string variable, string word, JavaOptionUse use)
    {
        var option = Assert.Single(Read((variable, word)).Options);

        Assert.Equal((variable, use), (option.Variable, option.Use));
        Assert.NotEmpty(option.Note);
    }

    [Fact]
    public void Nothing_set_is_nothing_taken()
    {
        var java = Read();

        Assert.Empty(java.Options);
        Assert.Null(java.LoginConfigFile);
        Assert.Null(java.AllowedUrls);
    }

    private static JavaEnvironment Read(params (string Name, string Value)[] variables) =>
        JavaEnvironment.Read(name => variables.FirstOrDefault(variable => variable.Name == name).Value);
}
