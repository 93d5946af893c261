using Heliostat.Broker;

namespace Heliostat.Conformance.Clients;

public sealed class PythonTests
{
    [ToolFact("confluent_kafka")]
    public async Task Confluents_client_produces_in_transactions_and_administers()
    {
        await using var cluster = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions { BrokerCount = 2 }, CancellationToken.None);

        var output = await RunAsync(cluster, """
            import sys
            from confluent_kafka import Producer, Consumer, TopicPartition
            from confluent_kafka.admin import AdminClient, NewTopic, NewPartitions, ConfigResource
            servers = sys.argv[1]
            admin = AdminClient({'bootstrap.servers': servers})
            admin.create_topics([NewTopic('t', 2, 1, config={'retention.ms': '7200000'})])['t'].result()
            admin.create_partitions([NewPartitions('t', 3)])['t'].result()
            configs = list(admin.describe_configs([ConfigResource('topic', 't')]).values())[0].result()
            print('retention', configs['retention.ms'].value)
            print('partitions', len(admin.list_topics('t').topics['t'].partitions))
            for commit in (True, False, True):
                producer = Producer({'bootstrap.servers': servers, 'transactional.id': 'x'})
                producer.init_transactions(30)
                producer.begin_transaction()
                for n in range(3):
                    producer.produce('t', key='k%d' % n, value='%s %d' % (commit, n), partition=n, headers=[('h', b'1')])
                producer.flush()
                producer.commit_transaction(30) if commit else producer.abort_transaction(30)
            consumer = Consumer({'bootstrap.servers': servers, 'group.id': 'g', 'auto.offset.reset': 'earliest', 'isolation.level': 'read_committed', 'enable.auto.commit': False})
            consumer.subscribe(['t'])
            seen = []
            while len(seen) < 6:
                message = consumer.poll(30)
                assert message is not None and message.error() is None, message and message.error()
                seen.append('%d %s' % (message.partition(), message.value().decode()))
            consumer.commit(asynchronous=False)
            print('seen', ' | '.join(sorted(seen)))
            print('committed after the records', all(tp.offset in (5, 6) for tp in consumer.committed([TopicPartition('t', p) for p in range(3)], 30)))
            print('watermarks', consumer.get_watermark_offsets(TopicPartition('t', 0)))
            consumer.close()
            admin.delete_topics(['t'])['t'].result()
            print('topics', [t for t in admin.list_topics().topics if not t.startswith('__')])
            """);

        Assert.Equal(
            [
                "retention 7200000",
                "partitions 3",
                "seen 0 True 0 | 0 True 0 | 1 True 1 | 1 True 1 | 2 True 2 | 2 True 2",
                "committed after the records True",
                "watermarks (0, 6)",
                "topics []",
            ],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Replace("committed [6, 6, 6]", "committed after the records True", StringComparison.Ordinal)));
    }

    [ToolFact("kafka")]
    public async Task The_pure_client_produces_consumes_and_administers()
    {
        await using var cluster = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions { BrokerCount = 2 }, CancellationToken.None);

        var output = await RunAsync(cluster, """
            import sys
            from kafka import KafkaProducer, KafkaConsumer, TopicPartition
            from kafka.admin import KafkaAdminClient, NewTopic, ConfigResource, ConfigResourceType
            servers = sys.argv[1].split(',')
            admin = KafkaAdminClient(bootstrap_servers=servers)
            admin.create_topics([NewTopic('t', 2, 1)])
            for codec in (None, 'gzip'):
                producer = KafkaProducer(bootstrap_servers=servers, acks='all', compression_type=codec)
                for n in range(4):
                    producer.send('t', key=b'k', value=b'%d' % n, partition=n % 2, timestamp_ms=1000 + n)
                producer.close()
            consumer = KafkaConsumer('t', bootstrap_servers=servers, group_id='g', auto_offset_reset='earliest', consumer_timeout_ms=20000, enable_auto_commit=False)
            seen = []
            for record in consumer:
                seen.append('%d:%d=%s' % (record.partition, record.offset, record.value.decode()))
                if len(seen) == 8: break
            consumer.commit()
            print('seen', ' '.join(sorted(seen)))
            print('committed', consumer.committed(TopicPartition('t', 0)), consumer.committed(TopicPartition('t', 1)))
            print('times', consumer.offsets_for_times({TopicPartition('t', 0): 1002})[TopicPartition('t', 0)].offset)
            print('ends', sorted(consumer.end_offsets([TopicPartition('t', 0), TopicPartition('t', 1)]).values()))
            consumer.close()
            print('groups', admin.list_consumer_groups())
            print('offsets', sorted((tp.partition, o.offset) for tp, o in admin.list_consumer_group_offsets('g').items()))
            admin.delete_topics(['t'])
            print('topics', [t for t in admin.list_topics() if not t.startswith('__')])
            """);

        Assert.Equal(
            [
                "seen 0:0=0 0:1=2 0:2=0 0:3=2 1:0=1 1:1=3 1:2=1 1:3=3",
                "committed 4 4",
                "times 1",
                "ends [4, 4]",
                "groups [('g', 'consumer')]",
                "offsets [(0, 4), (1, 4)]",
                "topics []",
            ],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static Task<string> RunAsync(EmbeddedCluster cluster, string script) =>
        Tool.RunAsync([ToolFactAttribute.Python, "-", cluster.BootstrapServers], script);
}
