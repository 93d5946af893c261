namespace Heliostat.Client.Tests;

[CollectionDefinition(Name)]
public sealed class SharedKafkaCollection : ICollectionFixture<SharedKafka>
{
    public const string Name = "shared Kafka";
}
