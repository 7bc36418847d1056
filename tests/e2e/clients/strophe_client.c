/* A libstrophe client for the tests: logs in, does what it is told, prints one JSON object per thing that happened.

   Arguments: HOST PORT CA JID PASSWORD ACTION…   (tests/e2e/harness/clients.py compiles it)
   Actions: presence, presence=TO|PAYLOAD, leave=TO, iq=TYPE|TO|PAYLOAD (waits for the answer), say=TO|TEXT, room-say=ROOM|TEXT,
   wait-message, wait=MILLISECONDS, cut=MILLISECONDS (the TCP connection ends in mid-session; it comes back after so long and
   resumes the session). */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strophe.h>
#include <sys/socket.h>
#include <time.h>

static struct {
    xmpp_ctx_t *ctx;
    xmpp_conn_t *conn;
    char **actions; /* what is still to be done; ends with NULL */
    char awaited[16]; /* id of the request whose answer is awaited */
    int ids, messages, sock, awaits_message, online, was_online;
    int ending; /* 1: this side asked for it, 2: it has ended */
    int cut;    /* 1: the connection is to end, 2: it is to come back */
    long long until; /* milliseconds; nothing is done before */
} me;

static long long now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void tell(const char *event, const char *key, const char *value)
{
    printf("{\"event\": \"%s\", \"%s\": \"", event, key);
    for (const unsigned char *c = (const unsigned char *)(value ? value : ""); *c; ++c) {
        if (*c == '"' || *c == '\\')
            printf("\\%c", *c);
        else if (*c < 0x20)
            printf("\\u%04x", *c);
        else
            putchar(*c);
    }
    puts("\"}");
    fflush(stdout);
}

/* What is behind the next '|', which becomes the end of the text. */
static char *cut_off(char *text)
{
    char *bar = strchr(text, '|');
    if (!bar)
        return text + strlen(text);
    *bar = 0;
    return bar + 1;
}

static void send_it(xmpp_stanza_t *stanza)
{
    xmpp_send(me.conn, stanza);
    xmpp_stanza_release(stanza);
}

static void add_payload(xmpp_stanza_t *stanza, const char *xml)
{
    if (!*xml)
        return;
    xmpp_stanza_t *payload = xmpp_stanza_new_from_string(me.ctx, xml);
    if (!payload) {
        fprintf(stderr, "not XML: %s\n", xml);
        exit(2);
    }
    xmpp_stanza_add_child_ex(stanza, payload, 0);
}

static const char *new_id(void)
{
    snprintf(me.awaited, sizeof me.awaited, "strophe-%d", ++me.ids);
    return me.awaited;
}

static int on_iq(xmpp_conn_t *conn, xmpp_stanza_t *stanza, void *unused)
{
    const char *type = xmpp_stanza_get_type(stanza), *id = xmpp_stanza_get_id(stanza);
    (void)conn, (void)unused;
    if (!type || !id)
        return 1;
    if (strcmp(type, "set") == 0 && xmpp_stanza_get_child_by_ns(stanza, XMPP_NS_ROSTER)) {
        xmpp_stanza_t *answer = xmpp_stanza_reply(stanza);
        xmpp_stanza_set_type(answer, "result");
        send_it(answer);
    } else if (strcmp(type, "get") == 0 || strcmp(type, "set") == 0) {
        send_it(xmpp_stanza_reply_error(stanza, "cancel", "service-unavailable", NULL));
    } else if (strcmp(me.awaited, id) == 0) {
        tell("answer", "type", type);
        me.awaited[0] = 0;
    }
    return 1;
}

static int on_message(xmpp_conn_t *conn, xmpp_stanza_t *stanza, void *unused)
{
    char *body = xmpp_message_get_body(stanza);
    (void)conn, (void)unused;
    if (body) {
        tell("message", "body", body);
        ++me.messages;
        xmpp_free(me.ctx, body);
    }
    return 1;
}

static int on_socket(xmpp_conn_t *conn, void *sock)
{
    (void)conn;
    me.sock = *(int *)sock;
    return 0;
}

static void on_connection(xmpp_conn_t *conn, xmpp_conn_event_t status, int error, xmpp_stream_error_t *stream_error, void *unused)
{
    (void)error, (void)unused;
    if (status == XMPP_CONN_CONNECT) {
        tell(me.cut ? "back" : "started", "jid", xmpp_conn_get_bound_jid(conn));
        me.online = me.was_online = 1;
        me.cut = 0;
        xmpp_handler_add(conn, on_iq, NULL, "iq", NULL, NULL);
        xmpp_handler_add(conn, on_message, NULL, "message", NULL, NULL);
        return;
    }
    if (stream_error && stream_error->text)
        tell("stream-error", "text", stream_error->text);
    tell(me.was_online ? "disconnected" : "refused", "why", me.cut == 1 ? "cut" : me.ending ? "done" : "the other side");
    me.online = 0;
    if (me.cut != 1)
        me.ending = 2;
}

static void act(char *action)
{
    char *value = strchr(action, '=');
    tell("action", "what", action);
    if (value)
        *value++ = 0;
    else
        value = action + strlen(action);
    char *rest = value;
    if (strcmp(action, "presence") == 0 || strcmp(action, "leave") == 0) {
        xmpp_stanza_t *presence = xmpp_presence_new(me.ctx);
        rest = cut_off(value);
        if (*value)
            xmpp_stanza_set_to(presence, value);
        if (*action == 'l')
            xmpp_stanza_set_type(presence, "unavailable");
        add_payload(presence, rest);
        send_it(presence);
    } else if (strcmp(action, "iq") == 0) {
        char *to = cut_off(value);
        rest = cut_off(to);
        xmpp_stanza_t *iq = xmpp_iq_new(me.ctx, value, new_id());
        if (*to)
            xmpp_stanza_set_to(iq, to);
        add_payload(iq, rest);
        send_it(iq);
    } else if (strcmp(action, "say") == 0 || strcmp(action, "room-say") == 0) {
        rest = cut_off(value);
        char id[sizeof me.awaited];
        strcpy(id, new_id());
        me.awaited[0] = 0;
        xmpp_stanza_t *message = xmpp_message_new(me.ctx, *action == 's' ? "chat" : "groupchat", value, id);
        xmpp_message_set_body(message, rest);
        send_it(message);
    } else if (strcmp(action, "wait-message") == 0) {
        me.awaits_message = 1;
        me.until = now() + 20000;
    } else if (strcmp(action, "wait") == 0) {
        me.until = now() + atoi(value);
    } else if (strcmp(action, "cut") == 0) {
        me.cut = 1;
        me.until = now() + atoi(value);
        shutdown(me.sock, SHUT_RDWR);
    } else {
        fprintf(stderr, "unknown action %s\n", action);
        exit(2);
    }
}

static void dial(char **arguments, xmpp_sm_state_t *session)
{
    me.conn = xmpp_conn_new(me.ctx);
    xmpp_conn_set_flags(me.conn, XMPP_CONN_FLAG_MANDATORY_TLS);
    xmpp_conn_set_cafile(me.conn, arguments[3]);
    xmpp_conn_set_jid(me.conn, arguments[4]);
    xmpp_conn_set_pass(me.conn, arguments[5]);
    xmpp_conn_set_sockopt_callback(me.conn, on_socket);
    if (session)
        xmpp_conn_set_sm_state(me.conn, session);
    if (xmpp_connect_client(me.conn, arguments[1], (unsigned short)atoi(arguments[2]), on_connection, NULL) != XMPP_EOK) {
        fprintf(stderr, "cannot connect\n");
        exit(2);
    }
}

int main(int argc, char **arguments)
{
    const long long deadline = now() + 60000;
    if (argc < 6) {
        fprintf(stderr, "usage: %s HOST PORT CA JID PASSWORD ACTION...\n", arguments[0]);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN); /* a cut is no reason to die */
    xmpp_initialize();
    me.ctx = xmpp_ctx_new(NULL, xmpp_get_default_logger(XMPP_LEVEL_WARN));
    me.actions = arguments + 6;
    dial(arguments, NULL);
    while (me.ending < 2 && now() < deadline) {
        xmpp_run_once(me.ctx, 5);
        if (me.awaits_message && me.messages > 0) {
            me.awaits_message = 0;
            --me.messages;
            me.until = 0;
        }
        if (now() < me.until)
            continue;
        if (me.awaits_message)
            break;
        if (me.cut == 1 && !me.online) {
            me.cut = 2;
            xmpp_sm_state_t *session = xmpp_conn_get_sm_state(me.conn);
            xmpp_conn_release(me.conn);
            dial(arguments, session);
        } else if (me.online && !me.cut && !me.ending && !me.awaited[0]) {
            if (*me.actions) {
                act(*me.actions++);
            } else {
                me.ending = 1;
                xmpp_disconnect(me.conn);
            }
        }
    }
    const int complete = me.ending == 2 && me.was_online && !*me.actions;
    xmpp_conn_release(me.conn);
    xmpp_ctx_free(me.ctx);
    xmpp_shutdown();
    return complete ? 0 : 1;
}
