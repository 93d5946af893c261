
/** Transforms and predicates of Kafka Connect, on records as MirrorMaker 2 makes them. */
final class HeliostatTransforms implements HeliostatHost.Loader {
    private org.apache.kafka.connect.storage.Converter keys;
    private org.apache.kafka.connect.storage.Converter values;

    @Override
    @SuppressWarnings("unchecked")
    public HeliostatHost.Step load(int what, String name, String argument, java.util.Map<String, String> settings, boolean keyIsJson,
        boolean valueIsJson) throws Exception {
        keys = keyIsJson ? json(true) : null;
        values = valueIsJson ? json(false) : null;
        Object made = Class.forName(name).getDeclaredConstructor().newInstance();
        if (what == 'P') {
            if (!(made instanceof org.apache.kafka.connect.transforms.predicates.Predicate)) {
                throw new ClassCastException(name + " is no predicate of Kafka Connect");
            }
            org.apache.kafka.connect.transforms.predicates.Predicate<org.apache.kafka.connect.source.SourceRecord> predicate =
                (org.apache.kafka.connect.transforms.predicates.Predicate<org.apache.kafka.connect.source.SourceRecord>) made;
            predicate.configure(settings);
            return (record, answer) ->
                answer.oneByte(predicate.test(convert(record)) ? HeliostatHost.KEPT : HeliostatHost.DROPPED);
        }
        if (!(made instanceof org.apache.kafka.connect.transforms.Transformation)) {
            throw new ClassCastException(name + " is no transform of Kafka Connect");
        }
        org.apache.kafka.connect.transforms.Transformation<org.apache.kafka.connect.source.SourceRecord> transform =
            (org.apache.kafka.connect.transforms.Transformation<org.apache.kafka.connect.source.SourceRecord>) made;
        transform.configure(settings);
        return (record, answer) -> write(record, transform.apply(convert(record)), answer);
    }

    /** As MirrorSourceTask.convertRecord. */
    private org.apache.kafka.connect.source.SourceRecord convert(HeliostatHost.Asked record) {
        org.apache.kafka.connect.header.ConnectHeaders headers = new org.apache.kafka.connect.header.ConnectHeaders();
        for (int i = 0; i < record.names.length; i++) {
            headers.addBytes(record.names[i], record.values[i]);
        }
        java.util.Map<String, Object> partition = new java.util.HashMap<>();
        partition.put("topic", record.source);
        partition.put("partition", record.partition);
        org.apache.kafka.connect.data.SchemaAndValue key = keys == null
            ? new org.apache.kafka.connect.data.SchemaAndValue(org.apache.kafka.connect.data.Schema.OPTIONAL_BYTES_SCHEMA, record.key)
            : keys.toConnectData(record.topic, record.key);
        org.apache.kafka.connect.data.SchemaAndValue value = values == null
            ? new org.apache.kafka.connect.data.SchemaAndValue(org.apache.kafka.connect.data.Schema.BYTES_SCHEMA, record.value)
            : values.toConnectData(record.topic, record.value);
        return new org.apache.kafka.connect.source.SourceRecord(partition, java.util.Map.of("offset", record.offset), record.topic,
            record.partition, key.schema(), key.value(), value.schema(), value.value(), record.timestamp, headers);
    }

    private void write(HeliostatHost.Asked record, org.apache.kafka.connect.source.SourceRecord made, HeliostatHost.Answer answer) {
        if (made == null) {
            answer.oneByte(HeliostatHost.DROPPED);
            return;
        }
        if (!record.topic.equals(made.topic())) {
            throw new IllegalStateException("it sends the record to topic '" + made.topic() + "', and its lane goes to '" + record.topic
                + "' alone");
        }
        if (made.kafkaPartition() == null || made.kafkaPartition() != record.partition) {
            throw new IllegalStateException("it sends the record to partition " + made.kafkaPartition()
                + ", and its lane goes to partition " + record.partition + " alone");
        }
        byte[] key = bytes(keys, record.topic, made.keySchema(), made.key(), "key");
        byte[] value = bytes(values, record.topic, made.valueSchema(), made.value(), "value");
        boolean keySame = keys == null ? record.isKey(key) : same(keys, record.topic, record.key, key);
        boolean valueSame = values == null ? record.isValue(value) : same(values, record.topic, record.value, value);
        int count = 0;
        boolean headersSame = true;
        for (org.apache.kafka.connect.header.Header header : made.headers()) {
            byte[] made1 = bytes(null, record.topic, header.schema(), header.value(), "header " + header.key());
            headersSame &= count < record.names.length && record.names[count].equals(header.key())
                && java.util.Arrays.equals(record.values[count], made1);
            count++;
        }
        headersSame &= count == record.names.length;
        long time = made.timestamp() == null ? -1 : made.timestamp();
        if (keySame && valueSame && headersSame && time == record.timestamp) {
            answer.oneByte(HeliostatHost.KEPT);
            return;
        }
        answer.oneByte(HeliostatHost.RECORDS);
        answer.number(1);
        answer.text(record.topic);
        answer.number(record.partition);
        answer.wide(time);
        answer.oneByte((keySame ? HeliostatHost.KEY_SAME : 0) | (valueSame ? HeliostatHost.VALUE_SAME : 0)
            | (headersSame ? HeliostatHost.HEADERS_SAME : 0));
        if (!keySame) {
            answer.some(key);
        }
        if (!valueSame) {
            answer.some(value);
        }
        if (!headersSame) {
            answer.number(count);
            for (org.apache.kafka.connect.header.Header header : made.headers()) {
                answer.text(header.key());
                answer.some(bytes(null, record.topic, header.schema(), header.value(), "header " + header.key()));
            }
        }
    }

    /** What was read and is written again has other blanks: where it says the same, the record keeps its own bytes. */
    private static boolean same(org.apache.kafka.connect.storage.Converter converter, String topic, byte[] was, byte[] is) {
        org.apache.kafka.connect.data.SchemaAndValue read = converter.toConnectData(topic, was);
        return java.util.Arrays.equals(converter.fromConnectData(topic, read.schema(), read.value()), is);
    }

    /** As ByteArrayConverter.fromConnectData, which MirrorMaker 2 writes with. */
    private static byte[] bytes(org.apache.kafka.connect.storage.Converter converter, String topic,
        org.apache.kafka.connect.data.Schema schema, Object value, String what) {
        if (converter != null) {
            return converter.fromConnectData(topic, schema, value);
        }
        if (schema != null && schema.type() != org.apache.kafka.connect.data.Schema.Type.BYTES) {
            throw new org.apache.kafka.connect.errors.DataException("it makes the " + what + " a thing of type " + schema.type()
                + ", and a mirror carries bytes");
        }
        if (value instanceof java.nio.ByteBuffer) {
            java.nio.ByteBuffer buffer = ((java.nio.ByteBuffer) value).duplicate();
            byte[] some = new byte[buffer.remaining()];
            buffer.get(some);
            return some;
        }
        if (value != null && !(value instanceof byte[])) {
            throw new org.apache.kafka.connect.errors.DataException("it makes the " + what + " a " + value.getClass().getName()
                + ", and a mirror carries bytes");
        }
        return (byte[]) value;
    }

    private static org.apache.kafka.connect.storage.Converter json(boolean isKey) throws Exception {
        org.apache.kafka.connect.storage.Converter converter = (org.apache.kafka.connect.storage.Converter)
            Class.forName("org.apache.kafka.connect.json.JsonConverter").getDeclaredConstructor().newInstance();
        converter.configure(java.util.Map.of("schemas.enable", "false"), isKey);
        return converter;
    }
}
