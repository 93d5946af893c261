
/** Message handlers of MirrorMaker 1. */
@SuppressWarnings("deprecation")
final class HeliostatHandlers implements HeliostatHost.Loader {
    @Override
    public HeliostatHost.Step load(int what, String name, String argument, java.util.Map<String, String> settings, boolean keyIsJson,
        boolean valueIsJson) throws Exception {
        Class<?> named = Class.forName(name);
        Object made = argument == null ? named.getDeclaredConstructor().newInstance()
            : named.getDeclaredConstructor(String.class).newInstance(argument);
        if (!(made instanceof kafka.tools.MirrorMaker.MirrorMakerMessageHandler)) {
            throw new ClassCastException(name + " is no message handler of MirrorMaker 1");
        }
        kafka.tools.MirrorMaker.MirrorMakerMessageHandler handler = (kafka.tools.MirrorMaker.MirrorMakerMessageHandler) made;
        return (record, answer) -> write(record, handler.handle(convert(record)), answer);
    }

    /** As MirrorMaker.toBaseConsumerRecord. */
    private static kafka.consumer.BaseConsumerRecord convert(HeliostatHost.Asked record) {
        org.apache.kafka.common.header.internals.RecordHeaders headers = new org.apache.kafka.common.header.internals.RecordHeaders();
        for (int i = 0; i < record.names.length; i++) {
            headers.add(record.names[i], record.values[i]);
        }
        return new kafka.consumer.BaseConsumerRecord(record.source, record.partition, record.offset, record.timestamp,
            org.apache.kafka.common.record.TimestampType.CREATE_TIME, record.key, record.value, headers);
    }

    private static void write(HeliostatHost.Asked record,
        java.util.List<org.apache.kafka.clients.producer.ProducerRecord<byte[], byte[]>> made, HeliostatHost.Answer answer) {
        answer.oneByte(HeliostatHost.RECORDS);
        answer.number(made.size());
        for (org.apache.kafka.clients.producer.ProducerRecord<byte[], byte[]> one : made) {
            answer.text(one.topic());
            answer.number(one.partition() == null ? -1 : one.partition());
            answer.wide(one.timestamp() == null ? System.currentTimeMillis() : one.timestamp());
            org.apache.kafka.common.header.Header[] headers = one.headers().toArray();
            boolean keySame = record.isKey(one.key());
            boolean valueSame = record.isValue(one.value());
            boolean headersSame = headers.length == record.names.length;
            for (int i = 0; headersSame && i < headers.length; i++) {
                headersSame = headers[i].key().equals(record.names[i])
                    && java.util.Arrays.equals(headers[i].value(), record.values[i]);
            }
            answer.oneByte((keySame ? HeliostatHost.KEY_SAME : 0) | (valueSame ? HeliostatHost.VALUE_SAME : 0)
                | (headersSame ? HeliostatHost.HEADERS_SAME : 0));
            if (!keySame) {
                answer.some(one.key());
            }
            if (!valueSame) {
                answer.some(one.value());
            }
            if (!headersSame) {
                answer.number(headers.length);
                for (org.apache.kafka.common.header.Header header : headers) {
                    answer.text(header.key());
                    answer.some(header.value());
                }
            }
        }
    }
}
