import './base.css';
import './manager.css';
