'use strict';

const http = require('node:http');
const express = require('express');
const { Server } = require('socket.io');

const app = express();
const server = http.createServer(app);
const io = new Server(server);
const notes = [{ id: 1, text: 'first note' }];

app.use(express.json());

app.get('/', (req, res) => res.type('text').send('Hello from Express'));
app.get('/notes', (req, res) => res.json(notes));
app.get('/notes/:id', (req, res) => {
  const note = notes.find((each) => each.id === Number(req.params.id));
  if (!note) return res.status(404).json({ error: 'no such note' });
  res.json(note);
});
app.post('/notes', (req, res) => {
  if (typeof req.body?.text !== 'string') return res.status(400).json({ error: 'text is missing' });
  const note = { id: notes.length + 1, text: req.body.text };
  notes.push(note);
  io.emit('note', note);
  res.status(201).location(`/notes/${note.id}`).json(note);
});

io.on('connection', (socket) => {
  socket.on('echo', (text, answer) => answer(`echo: ${text}`));
});

server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});

process.on('SIGTERM', () => {
  io.close();
  server.close(() => console.log('stopped'));
});
