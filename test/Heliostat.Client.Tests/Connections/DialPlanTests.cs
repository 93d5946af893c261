using System.Net;
using Heliostat.Client.Authentication.Kerberos;
using Heliostat.Client.Authentication.Plain;
using Heliostat.Client.Connections;
using Heliostat.Client.Connections.Probing;
using Heliostat.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Client.Tests.Connections;

public sealed class DialPlanTests
{
    private static readonly DnsEndPoint Broker = new("broker", 9093);

    [Theory]
    [InlineData(ConnectionFailure.Closed, true)]
    [InlineData(ConnectionFailure.TlsFailed, true)]
    [InlineData(ConnectionFailure.AuthenticationFailed, false)]
    public void A_broker_that_hangs_up_at_the_first_question_may_be_of_kafka_0_9_where_kerberos_is_used(ConnectionFailure failure,
        bool may) =>
            Assert.Equal(may ? ListenerKind.Kafka09 : null, Plan(new GssapiOptions { ServiceName = "kafka" }).OldKafka(Failed(failure)));

    [Theory]
    [InlineData(ConnectionFailure.Closed)]
    [InlineData(ConnectionFailure.TlsFailed)]
    public void It_has_no_other_login(ConnectionFailure failure) =>
        Assert.Null(Plan(new PlainOptions { Username = "u", Password = new("p") }).OldKafka(Failed(failure)));

    private static KafkaConnectionException Failed(ConnectionFailure failure) => new("it hung up", Broker, failure);

    private static DialPlan Plan(SaslOptions sasl) => new(
        new ClientOptions { Cluster = "source", BootstrapServers = [Broker] }, new SecurityOptions { Sasl = sasl }, new SharedLogins(),
        TimeProvider.System, NullLoggerFactory.Instance, _ => { });
}
