using Heliostat.Broker;

namespace Heliostat.Conformance.Clients;

public sealed class KafkaJsTests
{
    [ToolFact("kafkajs")]
    public async Task It_produces_consumes_and_administers()
    {
        await using var cluster = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions { BrokerCount = 2 }, CancellationToken.None);
        const string script = """
            const { Kafka, logLevel } = require('kafkajs')
            const kafka = new Kafka({ clientId: 'js', brokers: process.argv[2].split(','), logLevel: logLevel.ERROR })
            const main = async () => {
              const admin = kafka.admin()
              await admin.connect()
              console.log('created', await admin.createTopics({ topics: [{ topic: 't', numPartitions: 2, configEntries: [{ name: 'retention.ms', value: '7200000' }] }] }))
              console.log('again', await admin.createTopics({ topics: [{ topic: 't' }] }))
              const producer = kafka.producer()
              await producer.connect()
              const sent = await producer.send({ topic: 't', compression: 1, messages: [{ partition: 0, key: 'k', value: 'a', headers: { h: '1' } }, { partition: 1, value: 'b' }] })
              console.log('sent', sent.map(s => s.partition + ':' + s.baseOffset).sort().join(' '))
              await producer.disconnect()
              const transactional = kafka.producer({ transactionalId: 'x', maxInFlightRequests: 1, idempotent: true })
              await transactional.connect()
              for (const commit of [true, false]) {
                const transaction = await transactional.transaction()
                await transaction.send({ topic: 't', messages: [{ partition: 0, value: 'in ' + commit }] })
                if (commit) await transaction.commit(); else await transaction.abort()
              }
              await transactional.disconnect()
              const consumer = kafka.consumer({ groupId: 'g' })
              await consumer.connect()
              await consumer.subscribe({ topic: 't', fromBeginning: true })
              const seen = []
              await new Promise(resolve => consumer.run({ eachMessage: async ({ partition, message }) => {
                seen.push(partition + ':' + message.offset + '=' + message.value)
                if (seen.length === 3) resolve()
              } }))
              console.log('seen', seen.sort().join(' '))
              console.log('group', (await admin.describeGroups(['g'])).groups[0].state)
              await consumer.disconnect()
              console.log('offsets', (await admin.fetchTopicOffsets('t')).map(o => o.partition + ':' + o.high).sort().join(' '))
              console.log('groups', (await admin.listGroups()).groups.map(g => g.groupId).join(' '))
              const described = await admin.describeConfigs({ resources: [{ type: 2, name: 't', configNames: ['retention.ms'] }] })
              console.log('retention', described.resources[0].configEntries[0].configValue)
              await admin.deleteGroups(['g'])
              await admin.deleteTopics({ topics: ['t'] })
              console.log('topics', await admin.listTopics())
              await admin.disconnect()
            }
            main().catch(e => { console.error(e); process.exit(1) })
            """;

        var output = await Tool.RunAsync(
            ["node", "-", cluster.BootstrapServers],
            script,
            new Dictionary<string, string>
            {
                ["NODE_PATH"] = Path.Combine(Environment.GetEnvironmentVariable(ToolFactAttribute.KafkaJsFolder)!, "node_modules"),
                ["KAFKAJS_NO_PARTITIONER_WARNING"] = "1",
            });

        Assert.Equal(
            [
                "created true",
                "again false",
                "sent 0:0 1:0",
                "seen 0:0=a 0:1=in true 1:0=b",
                "group Stable",
                "offsets 0:5 1:1",
                "groups g",
                "retention 7200000",
                "topics []",
            ],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
