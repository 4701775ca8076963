/* The page's script: what the server can't do from afar. Every screen comes from the server; this swaps it in without
   flicker, says when the line is lost, keeps a visit alive while somebody is there, and brings the keyboard. */

import htmx from "htmx.org";
import "htmx-ext-sse";
import "./kiosk.css";
import { watchStage } from "./stage.js";
import { watchLine } from "./line.js";
import { watchIdle } from "./idle.js";
import { watchKeyboard } from "./keyboard.js";
import { watchMail } from "./mail.js";
import { watchShow } from "./show.js";
import { watchPictures } from "./pictures.js";
import { watchReader } from "./reader.js";
import { watchWedge } from "./wedge.js";
import { watchCamera } from "./camera.js";
import { watchTags } from "./nfc.js";
import { watchPin } from "./pin.js";
import { watchSheet } from "./sheet.js";
import { watchCalls } from "./helping.js";
import { watchComfort } from "./comfort.js";
import { watchDevice } from "./device.js";

window.htmx = htmx;
watchStage();
watchLine();
watchIdle();
watchKeyboard();
watchMail();
watchShow();
watchPictures();
watchReader();
watchWedge();
watchCamera();
watchTags();
watchPin();
watchCalls();
watchSheet();
watchComfort();
watchDevice();
